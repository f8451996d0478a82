package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A decision model from its push to its results, by the command line as it is shipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApplicationTest {
  private static final String PROGRAM =
      """
      import hashlib, json, os, sys, time
      data = json.load(sys.stdin)
      key = os.environ.get("PROVIDER_API_KEY", "")
      print("the key is", key, file=sys.stderr, flush=True)
      if data.get("fail"):
          sys.exit(3)
      if data.get("junk"): # A reader of JSON takes it for UTF-32.
          sys.stdout.buffer.write(bytes([0, 0, 255, 254]) + b"{}")
          sys.exit(0)
      if data.get("sleep"):
          time.sleep(600)
      licence = open("licenses/acme.lic").read() if os.path.exists("licenses/acme.lic") else ""
      print(json.dumps({"key": hashlib.sha256(key.encode()).hexdigest(), "licence": len(licence),
                        "options": sys.argv[1:], "pad": data.get("pad", "")}))
      """;
  private static final byte[] FAILING = "{\"fail\": true}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SLEEPING = "{\"sleep\": true}".getBytes(StandardCharsets.UTF_8);

  private Installation place;
  private Path licence;
  private final String key = Marker.value();

  @BeforeAll
  void begin(@TempDir Path elsewhere) throws IOException { // The sweep looks through the home.
    Needs.command("python3");
    place = Installation.started("applications");
    Path model = place.directory("model");
    Files.writeString(model.resolve("app.yaml"), "type: python\nfiles:\n  - main.py\n");
    Files.writeString(model.resolve("main.py"), PROGRAM);
    licence = elsewhere.resolve("acme.lic");
    Files.writeString(licence, "licence " + Marker.value());
    Files.writeString(place.home().resolve("in.json"), "{\"foo\": \"bar\"}");
    assertThat(satchel("app", "create", "seed").ok().out()).contains("Made seed");
    assertThat(satchel("app", "run", "seed", "--no-wait").err())
        .contains("satchel app push"); // Nothing is there yet.
    assertThat(satchel("app", "push", "seed", "model").ok().out()).contains("Pushed 2 files");
    secrets("licence");
  }

  @AfterAll
  void end() {
    place.close();
  }

  private Run satchel(String... arguments) {
    return place.satchel(arguments);
  }

  private void secrets(String id) {
    Run made =
        place.satchel(
            new byte[0],
            Map.of("PROVIDER_API_KEY", key),
            "app",
            "secrets",
            "create",
            "seed",
            id,
            "PROVIDER_API_KEY",
            "--file",
            "licenses/acme.lic=@" + licence);
    assertThat(made.ok().out()).isEqualTo("Made " + id + " (2 values).\n");
  }

  private static JsonNode json(Run run) throws JsonProcessingException {
    return Client.JSON.readTree(run.out());
  }

  private String status(String run) {
    return satchel("app", "runs", "show", "seed", run, "-q").ok().out().strip();
  }

  @Test
  void aRunIsGivenItsSecretsByAnInstanceAndByItself() throws JsonProcessingException {
    satchel("app", "versions", "create", "seed", "version-1").ok();
    satchel(
            "app",
            "instances",
            "create",
            "seed",
            "instance-1",
            "--version-id",
            "version-1",
            "--secrets",
            "licence",
            "--option",
            "duration=30")
        .ok();
    Run byInstance =
        satchel("app", "run", "seed", "--input", "in.json", "--instance", "instance-1").ok();
    assertThat(json(byInstance).path("licence").asInt()).isEqualTo(8 + Marker.value().length());
    assertThat(json(byInstance).path("options").toString()).isEqualTo("[\"-duration\",\"30\"]");
    Run byItself = satchel("app", "run", "seed", "--input", "in.json", "--secrets", "licence").ok();
    assertThat(json(byItself).path("key")).isEqualTo(json(byInstance).path("key"));
    Run without = satchel("app", "run", "seed", "--input", "in.json").ok();
    assertThat(json(without).path("licence").asInt()).isZero();
    List<String> runs = satchel("app", "runs", "list", "seed", "-q").ok().out().lines().toList();
    assertThat(runs).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void anInstanceIsTheDefaultAndLocked_andARunIsDeleted() throws JsonProcessingException {
    satchel("app", "create", "second").ok();
    satchel("app", "push", "second", "model").ok();
    satchel("app", "versions", "create", "second", "v1").ok();
    satchel("app", "instances", "create", "second", "daily", "--version-id", "v1").ok();
    assertThat(satchel("app", "update", "second", "--default-instance", "daily").ok().out())
        .isEqualTo("Changed second.\n");
    assertThat(satchel("app", "update", "second").err()).contains("Nothing to change");
    satchel("app", "instances", "update", "second", "daily", "--lock", "--option", "a=1").ok();
    Run refused = satchel("app", "instances", "update", "second", "daily", "--option", "a=2");
    assertThat(refused.err()).contains("locked");
    satchel("app", "instances", "update", "second", "daily", "--unlock", "--option", "a=2").ok();
    JsonNode ran = json(satchel("app", "run", "second", "--input", "in.json").ok());
    assertThat(ran.path("options").toString()).contains("a", "2");
    String run = satchel("app", "runs", "list", "second", "--quiet").ok().out().strip();
    satchel("app", "runs", "delete", "second", run).ok();
    assertThat(satchel("app", "runs", "list", "second", "--quiet").ok().out()).isEmpty();
  }

  @Test
  void packagesThatCameWithTheCodeAreSharedByItsRuns() throws IOException {
    Path model = place.directory("packaged");
    Path packages = place.directory("packaged/.nextmv/python/deps");
    Files.writeString(packages.resolve("mine.py"), "words = 'of a package'\n");
    Files.writeString(model.resolve("app.yaml"), "type: python\nfiles:\n  - main.py\n");
    Files.writeString(
        model.resolve("main.py"),
        """
        import json, mine, os
        source = os.stat(mine.__file__)
        compiled = open(mine.__cached__, "rb").read(16)
        fresh = int.from_bytes(compiled[8:12], "little") == int(source.st_mtime)
        try:
            open(mine.__file__, "w")
        except OSError as e:
            print(json.dumps({"words": mine.words, "fresh": fresh, "changing": os.strerror(e.errno)}))
        """);
    List<String> compile =
        List.of("/usr/bin/python3", "-m", "compileall", "-q", packages.toString());
    Path home = place.home();
    Run.of(compile, Map.of(), home, new byte[0], home, Duration.ofMinutes(1)).ok();
    satchel("app", "create", "third").ok();
    satchel("app", "push", "third", "packaged").ok();
    for (int run = 0; run < 2; run++) {
      JsonNode said = json(satchel("app", "run", "third", "--input", "in.json").ok());
      assertThat(said.path("words").asText()).isEqualTo("of a package");
      assertThat(said.path("fresh").asBoolean()).isTrue();
      assertThat(said.path("changing").asText()).isEqualTo("Read-only file system");
    }
  }

  @Test
  void largeInputsAndOutputsPass() throws IOException {
    String pad = "x".repeat(6 << 20);
    Files.writeString(place.home().resolve("large.json"), "{\"pad\": \"" + pad + "\"}");
    satchel("app", "run", "seed", "--input", "large.json", "--output", "out.json").ok();
    assertThat(Client.JSON.readTree(place.home().resolve("out.json").toFile()).path("pad").asText())
        .isEqualTo(pad);
  }

  @Test
  void filesGoInAndComeOut() throws IOException {
    Path model = place.directory("files-model");
    Files.writeString(
        model.resolve("app.yaml"),
        "files: [main.py]\nconfiguration: {content: {format: multi-file}}\n");
    Files.writeString(
        model.resolve("main.py"),
        """
        import os
        os.makedirs("outputs/solutions/deep", exist_ok=True)
        text = open("inputs/question.txt").read()
        open("outputs/solutions/deep/answer.txt", "w").write(text + "!")
        """);
    Files.writeString(place.directory("questions").resolve("question.txt"), "why");
    satchel("app", "create", "files").ok();
    satchel("app", "push", "files", "files-model").ok();
    Path answers = place.directory("answers");
    satchel("app", "run", "files", "--input", "questions", "--output", "answers").ok();
    assertThat(answers.resolve("deep/answer.txt")).hasContent("why!");
  }

  @Test
  void aRunThatFailsPassesOnItsCodeAndItsLogIsMasked() {
    Run failed =
        place.satchel(FAILING, "app", "run", "seed", "--input", "-", "--secrets", "licence");
    assertThat(failed.code()).isEqualTo(3);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err()).contains("failed");
    String id = failed.err().split("[ .]", -1)[1];
    assertThat(satchel("app", "runs", "logs", "seed", id).ok().out()).isEqualTo("the key is ***\n");
    assertThat(satchel("app", "runs", "logs", "seed", id, "-f").ok().out())
        .isEqualTo("the key is ***\n");
    assertThat(satchel("app", "runs", "result", "seed", id).code()).isEqualTo(3);
  }

  @Test
  void aRunThatDoesNotEndIsCancelledAndItsCollectionHeldTillThen() {
    secrets("held");
    String run =
        place
            .satchel(
                SLEEPING,
                "app",
                "run",
                "seed",
                "--input",
                "-",
                "--secrets",
                "held",
                "--no-wait",
                "-q")
            .ok()
            .out()
            .strip();
    Await.until("the run runs", () -> status(run).equals("running"));
    Run refused = satchel("app", "secrets", "delete", "seed", "held");
    assertThat(refused.code()).isEqualTo(7);
    assertThat(refused.err()).contains(run);
    assertThat(satchel("app", "runs", "result", "seed", run, "--timeout", "1s").code())
        .isEqualTo(4);
    satchel("app", "runs", "cancel", "seed", run).ok();
    Run result = satchel("app", "runs", "result", "seed", run);
    assertThat(result.code()).isEqualTo(72);
    assertThat(result.err()).contains("canceled");
    satchel("app", "secrets", "delete", "seed", "held").ok();
  }

  @Test
  void anOutputThatIsRefusedEndsTheRunAndSaysWhy() throws IOException {
    byte[] junk = "{\"junk\": true}".getBytes(StandardCharsets.UTF_8);
    Run run = place.satchel(junk, "app", "run", "seed", "--input", "-", "--output", "refused.json");
    assertThat(run.code()).as(run.err()).isEqualTo(70);
    assertThat(run.err()).contains("not a JSON object");
    assertThat(place.home().resolve("refused.json")).doesNotExist();
    assertThat(place.home().resolve("refused.json.part")).doesNotExist();
  }

  @Test
  void anInputThatIsTooLargeIsNotSent() throws IOException {
    Path large = place.home().resolve("large");
    try (var file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(600L << 20); // All of it a hole.
    }
    Run run = satchel("app", "run", "seed", "--input", "large");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("larger than a run's may be: 512 MiB");
    Files.delete(large);
  }

  @Test
  void aCollectionThatIsMissingIsNamedAtOnce() {
    Run refused = satchel("app", "run", "seed", "--secrets", "nothing-here");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("nothing-here");
  }

  @Test
  void onlyWhoMayRevealSeesValues() {
    place
        .satchel(
            "shown\n".getBytes(StandardCharsets.UTF_8),
            "app",
            "secrets",
            "create",
            "seed",
            "plain",
            "KEY=-")
        .ok();
    assertThat(satchel("app", "secrets", "reveal", "seed", "plain", "KEY").ok().out())
        .isEqualTo("shown");
    assertThat(satchel("app", "secrets", "show", "seed", "plain", "--json").ok().out())
        .doesNotContain("shown");
    String token =
        place
            .send("POST", "/v1/tokens", Map.of("name", "keeper", "roles", List.of("writer")))
            .with(201)
            .body()
            .path("token")
            .asText();
    Map<String, String> writer = Map.of("SATCHEL_URL", place.url(), "SATCHEL_TOKEN", token);
    Run refused = place.satchel(new byte[0], writer, "app", "secrets", "reveal", "seed", "plain");
    assertThat(refused.code()).isEqualTo(6);
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void aValueInAnArgumentIsRefusedBeforeAnythingIsSent() {
    Run refused = satchel("app", "secrets", "create", "seed", "argued", "KEY=value");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(satchel("app", "secrets", "show", "seed", "argued").code()).isEqualTo(3);
  }

  @Test
  void whatAnApplicationHasIsCompleted() {
    assertThat(satchel("completion", "--", "app", "secrets", "show", "seed", "lic").ok().out())
        .isEqualTo("licence\tlicence\n");
  }
}
