package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.satchel.api.ApplicationItem;
import dev.satchel.api.AssetItem;
import dev.satchel.api.InstanceItem;
import dev.satchel.api.ManagedInputItem;
import dev.satchel.api.RunItem;
import dev.satchel.api.RunMetadata;
import dev.satchel.api.SecretsCollectionSummary;
import dev.satchel.core.Needs;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a caller does with applications, against a real server. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
final class ApplicationTest {
  private static final String PROGRAM =
      """
      import json, os, sys, time
      data = json.load(sys.stdin)
      print("the key is", os.environ.get("PROVIDER_API_KEY"), file=sys.stderr, flush=True)
      if data.get("fail"):
          sys.exit(3)
      if data.get("sleep"):
          time.sleep(600)
      if data.get("report"):
          print('{"statistics": {"result": {"value": 1.5}}, "metrics": {"objective": 7}, "assets": ['
              '{"name": "chart", "content": [1, 2.50], "visual": {"schema": "chartjs"}}]}')
          sys.exit()
      licence = open("licenses/acme.lic").read() if os.path.exists("licenses/acme.lic") else None
      print(json.dumps({"solution": {"key": len(os.environ.get("PROVIDER_API_KEY", "")),
          "licence": licence and len(licence), "options": sys.argv[1:], "pad": data.get("pad"),
          "exact": data.get("exact")}}))
      """;
  private static final PollingOptions SOON =
      PollingOptions.DEFAULT.maxDuration(Duration.ofSeconds(60));

  @TempDir Path directory;
  private RunningServer server;
  private Satchel satchel;
  private Application app;

  @BeforeAll
  void start(@TempDir Path place, @TempDir Path code) throws IOException {
    Needs.command("python3");
    server = new RunningServer(place);
    satchel = server.client().build();
    app = satchel.applications().create("seed", a -> a.name("Seed app"));
    Files.writeString(code.resolve("app.yaml"), "type: python\nfiles: [main.py]\n");
    Files.writeString(code.resolve("main.py"), PROGRAM);
    app.push(code);
  }

  @AfterAll
  void stop() {
    satchel.close();
    server.close();
  }

  private SecretsCollectionSummary collection(String id, String value) {
    return app.secretsCollections()
        .create(
            id,
            c ->
                c.name("My Secrets Collection")
                    .description("Sensitive")
                    .secrets(
                        s ->
                            s.env("PROVIDER_API_KEY", value)
                                .addAll(
                                    List.of(
                                        SecretEntry.file("licenses/acme.lic", "of " + value)))));
  }

  @Test
  void applicationsAreMadeListedChangedAndDeleted() {
    assertThat(app.get().name()).isEqualTo("Seed app");
    assertThat(satchel.applications().create("bare").get().name()).isEqualTo("bare");
    assertThat(satchel.applications().list().stream().map(ApplicationItem::id))
        .contains("bare", "seed");
    assertThatThrownBy(() -> satchel.applications().create("bare"))
        .isInstanceOf(AlreadyExists.class);
    assertThat(satchel.applications().update("bare", a -> a.description("d")).description())
        .isEqualTo("d");
    satchel.applications().delete("bare");
    assertThatThrownBy(() -> satchel.application("bare").get()).isInstanceOf(NotFound.class);
  }

  @Test
  void aCollectionIsKeptRevealedChangedAndDeleted() {
    SecretsCollectionSummary made = collection("kept", "super_secret_value");
    assertThat(made.applicationId()).isEqualTo("seed");
    try (SecretsCollection read = app.secretsCollections().reveal("kept")) {
      assertThat(read.summary()).isEqualTo(made);
      assertThat(read.secrets()).extracting(SecretEntry::type).containsExactly("env", "file");
      assertThat(read.secrets().get(0).value().text()).isEqualTo("super_secret_value");
      assertThat(read + " " + read.secrets()).doesNotContain("super_secret_value");
      app.secretsCollections()
          .update("kept", c -> c.secrets(s -> s.addAll(read.secrets()).env("NEW", "n")));
    }
    assertThat(app.secretsCollections().reveal("kept").secrets()).hasSize(3);
    SecretsCollectionSummary renamed =
        app.secretsCollections().update("kept", c -> c.name("Another"));
    assertThat(renamed.name()).isEqualTo("Another");
    assertThat(renamed.createdAt()).isEqualTo(made.createdAt());
    assertThat(app.secretsCollections().reveal("kept").secrets()).hasSize(3);
    assertThatThrownBy(
            () ->
                app.secretsCollections()
                    .update("kept", c -> c.ifUpdatedAt(made.updatedAt()).secrets(s -> {})))
        .isInstanceOf(Conflict.class);
    assertThat(app.secretsCollections().list().stream().map(SecretsCollectionSummary::id))
        .contains("kept");
    app.secretsCollections().delete("kept");
    assertThatThrownBy(() -> app.secretsCollections().reveal("kept")).isInstanceOf(NotFound.class);
  }

  @Test
  void valuesOfCollectionsAreText() {
    assertThatThrownBy(
            () ->
                app.secretsCollections()
                    .create("b", c -> c.secrets(s -> s.file("f", new byte[] {(byte) 0xff}))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("f is no text");
  }

  @Test
  void aTokenThatMayNotRevealIsToldSo() {
    collection("hidden", "v");
    String token =
        satchel.tokens().create("writer-" + System.nanoTime(), t -> t.roles("writer")).token();
    try (Satchel writer = Satchel.builder().url(server.url()).token(token).build()) {
      assertThatThrownBy(() -> writer.application("seed").secretsCollections().reveal("hidden"))
          .isInstanceOf(Forbidden.class);
    }
  }

  @Test
  void aRunHasTheSecretsOfItsInstanceOrItsOwn() {
    collection("mine", "0123456789");
    collection("other", "0123");
    app.versions().create("version-1");
    assertThat(app.versions().get("version-1").executable().requirements().executableType())
        .isEqualTo("python");
    InstanceItem made =
        app.instances()
            .create(
                "instance-1",
                i ->
                    i.version("version-1")
                        .name("My Instance")
                        .configuration(c -> c.secretsCollection("mine").option("duration", "30")));
    assertThat(made.configuration().secretsCollectionId()).isEqualTo("mine");
    assertThat(made.configuration().options()).containsEntry("duration", "30");
    RunResult result =
        app.newRunWithResult(r -> r.input(Map.of("foo", "bar")).instance("instance-1"), SOON);
    assertThat(result.error()).isEmpty();
    assertThat(result.outputJson())
        .startsWith("{\"solution\":{\"key\":10,\"licence\":13,\"options\":[\"-duration\",\"30\"]");
    assertThat(app.runLogs(result.run().id())).isEqualTo("the key is ***\n");
    RunResult own =
        app.newRunWithResult(
            r ->
                r.input(Map.of("exact", 1))
                    .name("mine")
                    .instance("instance-1")
                    .option("duration", "2")
                    .configuration(c -> c.secretsCollection("other")),
            SOON);
    assertThat(own.output()).isNotNull();
    assertThat(own.outputJson()).contains("\"key\":4,", "\"-duration\",\"2\"");
    assertThat(own.run().metadata().secretsCollectionId()).isEqualTo("other");
    assertThat(app.runs().stream().map(RunItem::id)).contains(own.run().id(), result.run().id());
    app.instances().lock("instance-1", true);
    assertThatThrownBy(() -> app.instances().delete("instance-1")).isInstanceOf(Conflict.class);
    app.instances().lock("instance-1", false);
    assertThatThrownBy(() -> app.versions().delete("version-1")).isInstanceOf(InUse.class);
    app.instances().update("instance-1", i -> i.configuration(c -> {}));
    assertThat(app.instances().get("instance-1").configuration().secretsCollectionId()).isNull();
    app.instances().delete("instance-1");
    app.versions().delete("version-1");
  }

  @Test
  void whatIsMissingIsNamedBeforeAnythingRuns() {
    assertThatThrownBy(() -> app.newRun(r -> r.configuration(c -> c.secretsCollection("nowhere"))))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> app.newRun(r -> r.instance("none"))).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> app.runResult("none")).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> satchel.applications().create("empty").newRun(r -> {}))
        .isInstanceOf(Conflict.class);
  }

  @Test
  void aRunThatFailsIsAnsweredWithItsCause() {
    RunResult failed = app.newRunWithResult(r -> r.input(Map.of("fail", true)), SOON);
    assertThat(failed.status()).isEqualTo("failed");
    assertThat(failed.succeeded()).isFalse();
    assertThat(failed.error()).contains("3");
    assertThat(failed.output()).isNull();
  }

  @Test
  void aRunIsFollowedHeldAndCancelled() throws IOException {
    collection("held", "held-value");
    String run =
        app.newRun(
            r -> r.input(Map.of("sleep", 1)).configuration(c -> c.secretsCollection("held")));
    try (LogStream log = app.followRunLogs(run)) {
      assertThat(new String(log.readNBytes(14), StandardCharsets.UTF_8))
          .isEqualTo("the key is ***");
      InUse used = catchThrowableOfType(InUse.class, () -> app.secretsCollections().delete("held"));
      assertThat(used.users()).containsExactly(run);
      assertThatThrownBy(
              () -> app.runResult(run, PollingOptions.DEFAULT.maxDuration(Duration.ofMillis(50))))
          .isInstanceOf(TimedOut.class);
      assertThat(app.runMetadata(run).metadata().statusV2()).isEqualTo("running");
      app.cancelRun(run);
    }
    assertThat(app.runResult(run, SOON).status()).isEqualTo("canceled");
    app.secretsCollections().delete("held");
    app.deleteRun(run);
    assertThatThrownBy(() -> app.runMetadata(run)).isInstanceOf(NotFound.class);
  }

  @Test
  void largeInputsAndOutputsGoByAddresses() throws IOException {
    String pad = "x".repeat(6 << 20);
    RunResult large = app.newRunWithResult(r -> r.input(Map.of("pad", pad)), SOON);
    assertThat(large.run().metadata().inputSize()).isGreaterThan(6 << 20);
    assertThat(large.outputJson()).contains(pad);
    Path file = app.runOutput(large.run().id(), directory.resolve("output.json"));
    assertThat(Files.size(file)).isEqualTo(large.run().metadata().outputSize());
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(file);
    }
    Path input =
        Files.writeString(directory.resolve("input.json"), "{\"exact\":12345678901234567890}");
    assertThat(app.newRunWithResult(r -> r.inputFile(input), SOON).outputJson())
        .contains("12345678901234567890");
  }

  @Test
  void inputIsOneJsonObject() {
    for (String wrong : List.of("[]", "{},\"name\":\"x\"", "{", "")) {
      assertThatThrownBy(() -> app.newRun(r -> r.inputJson(wrong)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anInputIsKeptForRunsToCome(@TempDir Path place) throws IOException {
    ManagedInputs inputs = app.managedInputs();
    ManagedInputItem kept =
        inputs.create("kept", i -> i.name("Kept").input(Map.of("exact", "of the kept one")));
    assertThat(kept.applicationId()).isEqualTo("seed");
    assertThat(kept.uploadId()).isNotEmpty();
    assertThat(kept.runId()).isNull();
    RunResult result = app.newRunWithResult(r -> r.managedInput("kept"), SOON);
    assertThat(result.outputJson()).contains("\"exact\":\"of the kept one\"");
    assertThat(Objects.requireNonNull(result.run().metadata().tracking()).inputId())
        .isEqualTo("kept");
    assertThat(app.runs().stream().map(RunItem::inputId)).contains("kept");
    String run = result.run().id();
    assertThat(inputs.create("again", i -> i.inputOfRun(run)).runId()).isEqualTo(run);
    Path file = Files.writeString(place.resolve("in.json"), "{\"exact\":7}");
    assertThat(inputs.create("file", i -> i.inputFile(file).format("json", "json")).name())
        .isEqualTo("file");
    assertThat(app.newRunWithResult(r -> r.managedInput("file"), SOON).outputJson())
        .contains("\"exact\":7");
    assertThat(inputs.update("kept", i -> i.description("d")))
        .returns("Kept", ManagedInputItem::name)
        .returns("d", ManagedInputItem::description);
    assertThat(inputs.get("kept").description()).isEqualTo("d");
    inputs.delete("kept");
    assertThat(inputs.list().stream().map(ManagedInputItem::id)).containsExactly("again", "file");
    assertThat(app.newRunWithResult(r -> r.managedInput("again"), SOON).outputJson())
        .contains("of the kept one");
  }

  @Test
  void whatCannotBeKeptIsRefused() {
    ManagedInputs inputs = app.managedInputs();
    assertThatThrownBy(() -> inputs.create("none", i -> {})).isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> inputs.create("none", i -> i.inputOfRun("none")))
        .isInstanceOf(NotFound.class);
    inputs.create("twice", i -> i.inputText("t"));
    assertThat(Objects.requireNonNull(inputs.get("twice").format().input()).type())
        .isEqualTo("text");
    assertThatThrownBy(() -> inputs.create("twice", i -> i.inputText("t")))
        .isInstanceOf(AlreadyExists.class);
    assertThatThrownBy(() -> inputs.update("twice", i -> i.inputText("other")))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("make another");
    inputs.delete("twice");
    assertThatThrownBy(() -> inputs.get("twice")).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> app.newRun(r -> r.managedInput("twice"))).isInstanceOf(Invalid.class);
  }

  @Test
  void whatARunReportsIsTold() {
    RunResult result = app.newRunWithResult(r -> r.input(Map.of("report", true)), SOON);
    RunMetadata told = result.run().metadata();
    assertThat(told.statistics())
        .isEqualTo(Map.of("result", Map.of("value", new BigDecimal("1.5"))));
    assertThat(told.metrics()).isEqualTo(Map.of("objective", 7L));
    String run = result.run().id();
    assertThat(app.runMetadata(run).metadata().statistics()).isEqualTo(told.statistics());
    RunAssets assets = app.runAssets(run);
    AssetItem asset = assets.list().get(0);
    assertThat(asset.name()).isEqualTo("chart");
    assertThat(Objects.requireNonNull(asset.visual()).schema()).isEqualTo("chartjs");
    assertThat(assets.json(asset.id())).isEqualTo("[1,2.50]").hasSize((int) asset.size());
    assertThat(assets.fetch(asset.id(), directory.resolve("chart"))).hasContent("[1,2.50]");
    assertThatThrownBy(() -> assets.json("asset-2")).isInstanceOf(NotFound.class);
  }

  @Test
  void aRunThatReportsNothingHasNoStatistics() {
    RunResult plain = app.newRunWithResult(r -> r.input(Map.of("exact", 1)), SOON);
    assertThat(plain.run().metadata().statistics()).isEmpty();
    assertThat(plain.run().metadata().metrics()).isEmpty();
    assertThat(app.runAssets(plain.run().id()).list()).isEmpty();
    assertThat(plain.run().metadata().tracking()).isNull();
  }

  @Test
  void filesGoInAndComeOut(@TempDir Path code, @TempDir Path inputs) throws IOException {
    Application files = satchel.applications().create("files");
    Files.writeString(
        code.resolve("app.yaml"),
        "type: python\nfiles: ['*.py']\nconfiguration: {content: {format: multi-file}}\n");
    Files.writeString(
        code.resolve("main.py"),
        """
        import os
        os.makedirs("outputs/solutions", exist_ok=True)
        open("outputs/solutions/answer.txt", "w").write(open("inputs/a/question.txt").read() + "!")
        """);
    files.push(code);
    Files.createDirectories(inputs.resolve("a"));
    Files.writeString(inputs.resolve("a/question.txt"), "why");
    RunResult result = files.newRunWithResult(r -> r.inputDirectory(inputs), SOON);
    assertThat(result.error()).isEmpty();
    assertThat(result.output()).isNull();
    Path archive = files.runOutput(result.run().id(), directory.resolve("out.tar.gz"));
    assertThat(archive).isNotEmptyFile();
    Path answers = files.runFiles(result.run().id(), directory.resolve("answers"));
    assertThat(answers.resolve("answer.txt")).hasContent("why!");
    RunResult plain = app.newRunWithResult(r -> r.input(Map.of("exact", 1)), SOON);
    assertThatThrownBy(() -> app.runFiles(plain.run().id(), answers))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("is json, not files");
  }

  @Test
  void aDirectoryWithoutAManifestIsInvalid(@TempDir Path empty) {
    assertThatThrownBy(() -> app.push(empty))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("app.yaml");
  }

  @Test
  void cancellingTheFutureEndsThePolling() throws Exception {
    CompletableFuture<RunResult> waiting =
        app.newRunWithResultAsync(r -> r.input(Map.of("sleep", 1)), SOON);
    RunItem run = awaitRunning();
    assertThat(waiting.cancel(true)).isTrue();
    app.cancelRun(run.id());
    assertThat(app.runResultAsync(run.id(), SOON).get(60, TimeUnit.SECONDS).status())
        .isEqualTo("canceled");
  }

  private RunItem awaitRunning() {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < deadline) {
      List<RunItem> running =
          app.runs().stream().filter(run -> run.statusV2().equals("running")).toList();
      if (!running.isEmpty()) {
        return running.get(0);
      }
      RunningServer.pause(20);
    }
    throw new AssertionError("nothing runs");
  }
}
