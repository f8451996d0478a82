package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.PostgresCluster;
import dev.satchel.e2e.Client.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Promise 1, never back: searches all that the suites before it left. It comes last, and ends with
 * the search, while its own server still runs, so that the write-ahead log is there to be searched.
 */
@Order(Integer.MAX_VALUE)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SweepTest {
  private static final int SUBMITS = Size.of(6, 200);

  /** Directories that hold values by right: the user's own files. */
  private static final Set<String> ALLOWED = Set.of("given");

  private final Installation satchel = new Installation("sweep", "--grace", "1");

  @BeforeAll
  void start() {
    satchel.start();
  }

  @AfterAll
  void stop() {
    satchel.close();
  }

  @Test
  @Order(1)
  void theSweepFindsEveryForm() throws IOException {
    Path scratch = Installation.ROOT.resolve("e2e/target/planted");
    Trees.delete(scratch);
    Path _ = Files.createDirectories(scratch);
    String value = Marker.value() + "=";
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    Map<String, String> planted = new LinkedHashMap<>();
    planted.put("plain", value);
    planted.put("reversed", new StringBuilder(value).reverse().toString());
    planted.put("hex", HexFormat.of().formatHex(bytes));
    planted.put("upper hex", HexFormat.of().withUpperCase().formatHex(bytes));
    planted.put("URL-encoded", percent(bytes, "%02x"));
    planted.put("upper URL-encoded", percent(bytes, "%02X"));
    for (int before = 0; before < 3; before++) {
      byte[] text = ("?>~".substring(0, before) + value).getBytes(StandardCharsets.UTF_8);
      planted.put("base64 at " + before, Base64.getEncoder().encodeToString(text));
      planted.put("URL-safe base64 at " + before, Base64.getUrlEncoder().encodeToString(text));
    }
    assertThat(planted.keySet()).isEqualTo(Sweep.forms(Marker.TEXT).keySet());
    planted.forEach(
        (form, text) -> {
          byte[] noisy =
              ("x".repeat(1000) + text + "y".repeat(100)).getBytes(StandardCharsets.UTF_8);
          Path file = Trees.write(scratch.resolve("planted"), noisy);
          for (int chunk : List.of(64, 1000, 1010, 1 << 20)) { // Also over the border of chunks.
            assertThat(new Sweep(Marker.TEXT, chunk).below(scratch, Set.of()))
                .as(form + " in chunks of " + chunk)
                .contains(form + ": " + file);
          }
        });
    Trees.delete(scratch);
  }

  private static String percent(byte[] bytes, String format) {
    StringBuilder text = new StringBuilder();
    for (byte each : bytes) {
      text.append('%').append(format.formatted(each & 0xff));
    }
    assertThat(java.net.URLDecoder.decode(text.toString(), StandardCharsets.UTF_8))
        .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
    assertThat(URLEncoder.encode(Marker.TEXT, StandardCharsets.UTF_8)).isEqualTo(Marker.TEXT);
    return text.toString();
  }

  @Test
  @Order(2)
  void theSamplerFindsWhatIsInArguments() throws Exception {
    try (ProcessSampler sampler = new ProcessSampler(Marker.OF_THIS_RUN)) {
      Process careless =
          new ProcessBuilder("sh", "-c", "sleep 20; :", "careless", Marker.value()).start();
      Installation.pause(Duration.ofSeconds(1));
      careless.descendants().forEach(ProcessHandle::destroyForcibly);
      careless.destroyForcibly().waitFor();
      assertThat(sampler.stop()).contains("plain in the arguments of " + careless.pid());
    }
  }

  @Test
  @Order(3)
  void noProcessIsStartedWithAValueInItsArgumentsOrInTheServersVariables() throws IOException {
    pushProgram();
    try (ProcessSampler sampler = new ProcessSampler(Marker.OF_THIS_RUN)) {
      for (int i = 0; i < SUBMITS; i++) {
        byte[] value = Marker.value().getBytes(StandardCharsets.UTF_8);
        Run _ = satchel.satchel(value, "secrets", "new", "sampled", "V=-", "-v").ok();
        Answer _ =
            satchel.send(
                "POST",
                "/v1/secrets/sampled/changes",
                Map.of(
                    "set",
                    List.of(
                        Map.of(
                            "type",
                            "file",
                            "location",
                            "/run/secrets/s",
                            "value",
                            Marker.value()))));
        String id =
            satchel.submit(
                "sleep 0.3; echo \"$V\"; cat /run/secrets/s",
                Map.of("secrets", List.of("sampled")));
        Run _ =
            satchel
                .satchel("run", "-v", "--secret", "sampled", "--", "sh", "-c", "sleep 0.1; env")
                .ok();
        assertThat(satchel.awaitEnd(id).path("exit_code").asInt()).isZero();
        assertThat(satchel.awaitEnd(runOfCollection(i)).path("exit_code").asInt()).isZero();
      }
      assertThat(sampler.stop()).isEmpty();
      assertThat(sampler.runners()).as("runners that were looked at").isGreaterThan(SUBMITS);
    }
  }

  private void pushProgram() throws IOException {
    Path model = satchel.directory("model");
    Path _ = Files.writeString(model.resolve("app.yaml"), "type: binary\nfiles:\n  - main\n");
    Path main = Files.writeString(model.resolve("main"), "#!/bin/sh\nsleep 0.3\nenv >&2; cat l\n");
    assertThat(main.toFile().setExecutable(true)).isTrue();
    Run _ = satchel.satchel("app", "create", "swept").ok();
    Run _ = satchel.satchel("app", "push", "swept", "model").ok();
  }

  private String runOfCollection(int number) {
    String id = "c" + number;
    Object entries =
        List.of(
            Map.of("type", "env", "location", "V", "value", Marker.value()),
            Map.of("type", "file", "location", "l", "value", "{\"l\": \"\"}"));
    Map<String, Object> collection = Map.of("id", id, "name", id, "secrets", entries);
    Answer _ = satchel.send("POST", "/v1/applications/swept/secrets", collection).with(201);
    Map<String, Object> run =
        Map.of("input", Map.of(), "configuration", Map.of("secrets_collection_id", id));
    Answer made = satchel.send("POST", "/v1/applications/swept/runs", run).with(202);
    return made.body().path("run_id").asText();
  }

  @Test
  @Order(4)
  void norIsOneThatIsSentToAnApplication() {
    String value = Marker.value();
    String secrets = "/v1/applications/swept/secrets";
    for (Object body :
        List.of(
            Map.of("id", "w", "secrets", value),
            Map.of("id", "w", "secrets", List.of(value)),
            Map.of(
                "id",
                "w",
                "secrets",
                List.of(Map.of("type", value, "location", "A", "value", value))),
            Map.of(
                "id",
                "w",
                "secrets",
                List.of(Map.of("type", "env", "location", value + "!", "value", value))),
            value)) {
      refusedSilently("POST", secrets, body);
      refusedSilently("PUT", secrets + "/c0", body);
      refusedSilently("PATCH", secrets + "/c0", body);
    }
    for (Object body :
        List.of(
            Map.of("input", value, "upload_id", value),
            Map.of("configuration", value),
            Map.of("configuration", Map.of("options", Map.of("a b", value))),
            Map.of("configuration", Map.of("format", Map.of("input", Map.of("type", value)))))) {
      refusedSilently("POST", "/v1/applications/swept/runs", body);
    }
    for (String path :
        List.of(
            "/v1/applications/" + value + "!", secrets + "/" + value + "!", "/uploads/" + value)) {
      refusedSilently("GET", path, null);
    }
  }

  private void refusedSilently(String method, String path, @Nullable Object body) {
    Answer answer = satchel.send(method, path, body);
    assertThat(answer.status()).as(method).isBetween(400, 499);
    assertThat(answer.response().body()).doesNotContain(Marker.TEXT);
  }

  @Test
  @Order(4)
  void aValueThatIsSentWhereItDoesNotBelongIsNotEchoed() {
    String value = Marker.value();
    for (Object body :
        List.of(
            Map.of("values", Map.of(value + "!", "x")),
            Map.of("values", Map.of("A", List.of(value))),
            Map.of("entries", List.of(Map.of("type", value, "location", "A", "value", "x"))),
            Map.of("entries", value),
            Map.of(value, value),
            List.of(value),
            value)) {
      Answer answer = satchel.send("PUT", "/v1/secrets/wrong", body);
      assertThat(answer.status()).isBetween(400, 499);
      assertThat(answer.response().body()).doesNotContain(Marker.TEXT);
    }
    for (String path :
        List.of("/v1/secrets/" + value.repeat(3), "/v1/workloads/" + value, "/v1/" + value)) {
      Answer answer = satchel.send("GET", path, null);
      assertThat(answer.status()).isBetween(400, 499);
      assertThat(answer.response().body()).doesNotContain(Marker.TEXT);
    }
    Answer metrics = satchel.send("GET", "/metrics", null).with(200);
    assertThat(metrics.response().body()).contains("jvm_").doesNotContain(Marker.TEXT);
  }

  @Test
  @Order(5)
  void anInternalErrorAndAThreadDumpTellNoValue() throws Exception {
    Installation broken = Installation.started("sweep-broken");
    try {
      Answer _ = broken.admin().put("kept", Map.of("V", Marker.value()));
      broken.sql("ALTER TABLE bundle_entries RENAME TO away");
      Answer answer =
          broken.send("PUT", "/v1/secrets/kept", Map.of("values", Map.of("V", Marker.value())));
      assertThat(answer.status()).as(answer.body().toString()).isGreaterThanOrEqualTo(500);
      assertThat(answer.response().body()).doesNotContain(Marker.TEXT).doesNotContain("\tat ");
      broken.sql("ALTER TABLE away RENAME TO bundle_entries");
      Run _ =
          Run.of(
              List.of("kill", "-QUIT", Long.toString(broken.server().pid())),
              broken.environment(),
              broken.home(),
              new byte[0],
              broken.kept().resolve("output"),
              Duration.ofSeconds(10));
      Path log = broken.kept().resolve("output/server-0.log");
      Await.until("the dump is written", () -> Installation.text(log).contains("JNI global refs"));
      assertThat(Installation.text(log)).contains("bundle_entries").doesNotContain(Marker.TEXT);
    } finally {
      broken.stop();
    }
  }

  @Test
  @Order(6)
  void aServerThatRunsOutOfMemoryTellsNoValue() throws Exception {
    Installation small =
        new Installation("sweep-small") {
          @Override
          Map<String, String> serverEnvironment() {
            Map<String, String> environment = super.serverEnvironment();
            environment.put("SATCHEL_JAVA_OPTIONS", "-Xmx32m");
            return environment;
          }
        };
    small.start();
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < 9; i++) {
      values.put("V" + i, Marker.value() + "x".repeat(100_000));
    }
    Client client = small.admin();
    for (int i = 0; i < 200 && small.server().isAlive(); i++) {
      Thread _ = Thread.ofVirtual().start(() -> putWhateverBecomesOfIt(client, values));
    }
    boolean ended = small.server().waitFor(Size.of(10, 60), TimeUnit.SECONDS);
    System.out.println(
        "SweepTest: out of memory " + (ended ? "ended the server" : "did not occur"));
    if (!ended) {
      small.stop();
    }
  }

  @Test
  @Order(6)
  void aServerThatCrashesTellsNoValue() throws Exception {
    Installation crashing = Installation.started("sweep-crashing");
    Client client = crashing.admin();
    Answer _ = client.put("kept", Map.of("V", Marker.value()));
    for (int i = 0; i < 20; i++) { // Some of them are in the server's hands when it dies.
      Map<String, String> values = Map.of("V", Marker.value() + "x".repeat(100_000));
      Thread _ = Thread.ofVirtual().start(() -> putWhateverBecomesOfIt(client, values));
    }
    Run _ =
        Run.of(
                List.of("kill", "-SEGV", Long.toString(crashing.server().pid())),
                crashing.environment(),
                crashing.home(),
                new byte[0],
                crashing.kept().resolve("output"),
                Duration.ofSeconds(10))
            .ok();
    assertThat(crashing.server().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Trees.list(crashing.kept()))
        .as("what the crash left, for the last test to search")
        .anyMatch(file -> String.valueOf(file.getFileName()).startsWith("hs_err"));
  }

  private static void putWhateverBecomesOfIt(Client client, Map<String, String> values) {
    try {
      Answer _ = client.send("PUT", "/v1/secrets/v", Map.of("values", values));
    } catch (UncheckedIOException e) {
      // The server has gone, as it should.
    }
  }

  @Test
  @Order(7)
  void nothingThatTheSuitesLeftHoldsAValue() {
    Answer _ = satchel.admin().put("last", Map.of("V", Marker.value()));
    Map<String, String> fields =
        Map.of("server", "ghcr.io", "username", "me", "password", Marker.value());
    Answer _ =
        satchel.send("PUT", "/v1/credentials/last", Map.of("kind", "registry", "fields", fields));
    Answer _ = satchel.send("GET", "/v1/credentials/last", null).with(200);
    Sweep all = new Sweep(Marker.TEXT);
    if (Installation.POSTGRES) {
      PostgresCluster cluster = PostgresCluster.shared();
      var _ = cluster.sql("postgres", "CHECKPOINT"); // What is in its memory goes to its files.
      assertThat(all.below(cluster.directory(), Set.of())).isEmpty();
      assertThat(all.files()).as("files of the database").isGreaterThan(1000);
      assertThat(new Sweep(cluster.password()).below(Installation.KEPT, Set.of())).isEmpty();
    } else {
      assertThat(satchel.data().resolve("satchel.db-wal")).exists();
    }
    assertThat(all.below(Installation.KEPT, ALLOWED)).isEmpty();
    assertThat(all.files()).as("files that were searched").isGreaterThan(50);
    Sweep shared = new Sweep(Marker.OF_THIS_RUN); // Other runs may be using these.
    for (Path root : Remains.tmpfsRoots()) {
      assertThat(shared.below(root, Set.of())).isEmpty();
    }
    for (Path file : Trees.list(Path.of("/tmp"))) {
      if (String.valueOf(file.getFileName()).matches("hs_err.*|core.*|replay_pid.*")) {
        assertThat(shared.below(file, Set.of())).isEmpty();
      }
    }
    Sweep reports = new Sweep(Marker.TEXT);
    for (Path module : Trees.list(Installation.ROOT)) {
      assertThat(reports.below(module.resolve("target/surefire-reports"), Set.of())).isEmpty();
    }
    System.out.println(
        "SweepTest: searched "
            + all.files()
            + ", "
            + shared.files()
            + ", "
            + reports.files()
            + " files");
  }
}
