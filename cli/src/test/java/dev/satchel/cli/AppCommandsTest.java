package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AppCommandsTest extends CommandTest {
  private static final String SEED = "/v1/applications/seed";
  private static final String COLLECTION =
      """
      {"id":"lic","application_id":"seed","name":"Licence","description":"For solving",
       "created_at":"2026-11-22T11:00:00Z","updated_at":"2026-11-22T11:57:00Z"}""";

  private static String run(String status, String error) {
    return """
    {"id":"w1","name":"w1","description":"","user_email":"ci","output":{"answer":42},
     "metadata":{"application_id":"seed","application_instance_id":"latest",
       "application_version_id":"","created_at":"2026-11-22T11:57:00Z","duration":160.5,
       "execution_duration":2500.2,"error":"%2$s","input_size":14,"output_size":13,
       "format":{"input":{"type":"json"},"output":{"type":"json"}},"status_v2":"%1$s"}}"""
        .formatted(status, error);
  }

  private void accepting(String state, String more, String status, String error) {
    server.on("POST " + SEED + "/runs", 202, "{\"run_id\":\"w1\"}");
    server.on("GET /v1/workloads/w1", 200, workload(state, more));
    server.on("GET " + SEED + "/runs/w1", 200, run(status, error));
    server.on("GET " + SEED + "/runs/w1/metadata", 200, run(status, error));
  }

  private void uploading() {
    server.on(
        "POST " + SEED + "/runs/uploadurl",
        200,
        "{\"upload_id\":\"u1\",\"upload_url\":\"" + server.url() + "/uploads/secret-address\"}");
    server.on("PUT /uploads/secret-address", 204, "");
  }

  private Recorder.Asked asked(String methodAndPath) {
    return server.asked().stream()
        .filter(one -> (one.method() + " " + one.path()).equals(methodAndPath))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void createListAndShow() {
    server.on("POST /v1/applications", 201, "{\"id\":\"seed\"}");
    Outcome made = terminal.run("app", "create", "seed", "--description", "d");
    assertThat(made.out()).startsWith("Made seed.").contains("satchel app push seed");
    assertThat(server.last().json().text("name")).isEqualTo("seed");
    String item =
        "{\"id\":\"seed\",\"name\":\"Seed\",\"default_instance\":\"\",\"updated_at\":\"2026-11-22T11:57:00Z\"}";
    server.on("GET /v1/applications", 200, "{\"items\":[" + item + "],\"next_page_token\":\"\"}");
    assertThat(terminal.run("app", "list").out()).contains("seed  Seed  latest", "3m ago");
    assertThat(terminal.run("apps", "list", "-q").out()).isEqualTo("seed\n");
    server.on("GET " + SEED, 200, item);
    for (String part : List.of("versions", "instances", "secrets", "inputs")) {
      server.on("GET " + SEED + "/" + part, 200, "{\"items\":[{\"id\":\"" + part + "-1\"}]}");
    }
    assertThat(terminal.run("app", "show", "seed").out())
        .contains(
            "seed  Seed", "versions   versions-1", "secrets    secrets-1", "inputs     inputs-1");
  }

  @Test
  void aListGoesOnToItsLastPage() {
    server.on(
        "GET /v1/applications", 200, "{\"items\":[{\"id\":\"a\"}],\"next_page_token\":\"t\"}");
    server.on("GET /v1/applications", 200, "{\"items\":[{\"id\":\"b\"}],\"next_page_token\":\"\"}");
    assertThat(terminal.run("app", "list", "-q").out()).isEqualTo("a\nb\n");
    assertThat(server.last().target()).contains("pagereturn=true", "pagetoken=t");
  }

  @Test
  void aCollectionTakesValuesFromFilesStdinAndTheEnvironment() throws IOException {
    server.on("POST " + SEED + "/secrets", 201, COLLECTION);
    Files.writeString(home.resolve("acme.lic"), "line one\nline two\n");
    Outcome outcome =
        terminal
            .set("API_KEY", "from-env")
            .in("from-stdin\n")
            .run(
                "app",
                "secrets",
                "create",
                "seed",
                "lic",
                "API_KEY",
                "OTHER=-",
                "--file",
                "licenses/acme.lic=@acme.lic",
                "--name",
                "Licence");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).isEqualTo("Made lic (3 values).\n");
    Node body = server.last().json();
    assertThat(body.text("id")).isEqualTo("lic");
    assertThat(
            body.at("secrets").items().stream()
                .map(s -> s.text("location") + "=" + s.text("value")))
        .containsExactly(
            "API_KEY=from-env", "OTHER=from-stdin", "licenses/acme.lic=line one\nline two\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"API_KEY=s3cret", "API_KEY=@@s3cret", "API_KEY="})
  void noValueIsTakenFromAnArgument(String pair) {
    for (String[] command :
        new String[][] {
          {"app", "secrets", "create", "seed", "lic", pair},
          {"app", "secrets", "update", "seed", "lic", "--file", pair}
        }) {
      Outcome outcome = terminal.run(command);
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.err()).contains("API_KEY=@FILE").doesNotContain("s3cret");
    }
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void anUpdateSendsWhatIsNamed() throws IOException {
    server.on("PUT " + SEED + "/secrets/lic", 200, COLLECTION);
    assertThat(terminal.run("app", "secrets", "update", "seed", "lic", "--name", "N").out())
        .contains("what it holds stays");
    assertThat(server.last().json().names()).containsExactly("name");
    Files.writeString(home.resolve("k"), "v");
    terminal.run(
        "app",
        "secrets",
        "update",
        "seed",
        "lic",
        "K=@k",
        "--if-updated-at",
        "2026-11-22T11:57:00Z");
    assertThat(server.last().json().names()).containsExactly("updated_at", "secrets");
    assertThat(terminal.run("app", "secrets", "update", "seed", "lic").exitCode()).isEqualTo(2);
    Files.write(home.resolve("b"), new byte[] {(byte) 0xff});
    assertThat(terminal.run("app", "secrets", "update", "seed", "lic", "K=@b").err())
        .contains("K is not UTF-8");
  }

  @Test
  void showDoesNotRevealAndRevealDoes() {
    server.on("GET " + SEED + "/secrets", 200, "{\"items\":[" + COLLECTION + "]}");
    assertThat(terminal.run("app", "secrets", "show", "seed", "lic").out())
        .contains("lic  Licence", "For solving");
    assertThat(terminal.run("app", "secrets", "show", "seed", "no").exitCode()).isEqualTo(3);
    assertThat(server.asked()).allMatch(one -> one.path().equals(SEED + "/secrets"));
    server.on(
        "GET " + SEED + "/secrets/lic",
        200,
        COLLECTION.replaceFirst(
            "}$",
            ",\"secrets\":[{\"type\":\"env\",\"location\":\"K\",\"value\":\"v\"},"
                + "{\"type\":\"file\",\"location\":\"a.lic\",\"value\":\"one\\\\ntwo\"}]}"));
    assertThat(terminal.run("app", "secrets", "reveal", "seed", "lic").out())
        .isEqualTo("env K\nv\nfile a.lic\none\ntwo\n");
    assertThat(terminal.run("app", "secrets", "reveal", "seed", "lic", "a.lic").out())
        .isEqualTo("one\ntwo");
    assertThat(terminal.run("app", "secrets", "reveal", "seed", "lic", "no").exitCode())
        .isEqualTo(3);
  }

  @Test
  void whatIsInUseIsNotDeletedAndNobodyIsToldToForce() {
    server.on(
        "DELETE " + SEED + "/secrets/lic",
        409,
        "{\"code\":\"COLLECTION_IN_USE\",\"detail\":\"In use.\",\"name\":\"lic\",\"workload_ids\":[\"w1\"]}");
    Outcome outcome = terminal.run("app", "secrets", "delete", "seed", "lic");
    assertThat(outcome.exitCode()).isEqualTo(7);
    assertThat(outcome.err()).contains("satchel terminate w1").doesNotContain("--force");
  }

  @Test
  void anInstanceKeepsWhatIsNotNamed() {
    String now =
        """
        {"id":"i1","version_id":"v1","name":"i1","configuration":{"execution_class":"big",
         "secrets_collection_id":"lic","options":{"a":"1","b":"2"}}}""";
    server.on("GET " + SEED + "/instances/i1", 200, now);
    server.on("PUT " + SEED + "/instances/i1", 200, now);
    Outcome outcome =
        terminal.run("app", "instances", "update", "seed", "i1", "--no-secrets", "--option", "b=3");
    assertThat(outcome.exitCode()).isZero();
    Node sent = server.last().json();
    assertThat(sent.names()).containsExactly("configuration");
    assertThat(sent.at("configuration").names()).containsExactly("execution_class", "options");
    assertThat(sent.at("configuration").at("options").text("a")).isEqualTo("1");
    assertThat(sent.at("configuration").at("options").text("b")).isEqualTo("3");
    assertThat(terminal.run("app", "instances", "create", "seed", "i2").err())
        .contains("--version-id");
    assertThat(terminal.run("app", "instances", "show", "seed", "i1").out())
        .contains("runs       v1 with lic", "options    a=1 b=2");
  }

  @Test
  void aPushSendsWhatTheManifestNames() throws IOException {
    Files.createDirectories(home.resolve("model"));
    Files.writeString(home.resolve("model/app.yaml"), "type: python\nfiles: [main.py]\n");
    Files.writeString(home.resolve("model/main.py"), "print(1)");
    server.on(
        "GET " + SEED + "/binary",
        200,
        "{\"upload_url\":\"" + server.url().replace("http:", "https:") + "/uploads/x\"}");
    server.on("PUT /uploads/x", 204, "");
    server.on("PUT " + SEED + "/binary", 204, "");
    Outcome outcome = terminal.run("-v", "app", "push", "seed", "model");
    assertThat(outcome.out()).startsWith("Pushed 2 files to seed.");
    assertThat(outcome.err()).contains("PUT /uploads/… 204").doesNotContain("/uploads/x");
    assertThat(asked("PUT /uploads/x").headers()).doesNotContainKey("authorization");
    assertThat(server.last().json().at("requirements").text("executable_type")).isEqualTo("python");
    assertThat(terminal.run("app", "push", "seed").err()).contains("no app.yaml");
    Files.writeString(home.resolve("model/app.yaml"), "files: [main.py]\nbuild: {command: make}\n");
    assertThat(terminal.run("app", "push", "seed", "model").err())
        .contains("build.command: make", "--prepared");
    assertThat(terminal.run("app", "push", "seed", "model", "--prepared").exitCode()).isZero();
  }

  @Test
  void aRunPrintsItsResultAndExitsWithTheProgramsCode() throws IOException {
    accepting("completed", ",\"exit_code\":0", "succeeded", "");
    uploading();
    Path input = Files.writeString(home.resolve("in.json"), "{\"foo\": \"bar\"}");
    Outcome outcome =
        terminal.run(
            "app",
            "run",
            "seed",
            "--input",
            "in.json",
            "--instance",
            "i1",
            "--secrets",
            "lic",
            "--option",
            "duration=30",
            "--execution-class",
            "big");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).isEqualTo("{\n  \"answer\": 42\n}\n");
    assertThat(outcome.err()).isEqualTo("Submitted w1.\nRun w1 succeeded.\n");
    assertThat(asked("PUT /uploads/secret-address").body()).isEqualTo(Files.readString(input));
    Recorder.Asked submit = asked("POST " + SEED + "/runs");
    assertThat(submit.target()).endsWith("?instance_id=i1");
    assertThat(submit.body())
        .isEqualTo(
            "{\"options\":{\"duration\":\"30\"},\"configuration\":{\"secrets_collection_id\":\"lic\","
                + "\"execution_class\":\"big\"},\"upload_id\":\"u1\"}");
  }

  @Test
  void aRunThatFailsSaysWhyAndWhereItsLogIs() {
    accepting("errored", ",\"exit_code\":3", "failed", "It exited with code 3.");
    uploading();
    Outcome outcome = terminal.in("{}").run("app", "run", "seed", "--input", "-");
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err())
        .contains("Run w1 failed: It exited with code 3.", "satchel app runs logs seed w1");
    assertThat(asked("PUT /uploads/secret-address").body()).isEqualTo("{}");
    Outcome json = terminal.run("app", "runs", "result", "seed", "w1", "--json");
    assertThat(json.exitCode()).isEqualTo(3);
    assertThat(json.out()).contains("\"status_v2\": \"failed\"");
  }

  @Test
  void aRunNeedNotBeWaitedFor() {
    accepting("running", "", "running", "");
    assertThat(terminal.run("app", "run", "seed", "--no-wait", "-q").out()).isEqualTo("w1\n");
    assertThat(terminal.run("app", "run", "seed", "--wait", "--no-wait").exitCode()).isEqualTo(2);
    assertThat(terminal.run("app", "run", "seed", "--input", "missing").exitCode()).isEqualTo(2);
    assertThat(terminal.run("app", "run", "seed", "--option", "x").exitCode()).isEqualTo(2);
    Outcome late = terminal.run("app", "run", "seed", "--timeout", "1s");
    assertThat(late.exitCode()).isEqualTo(4);
  }

  @Test
  void anInputIsKeptAndARunNamesIt() throws IOException {
    accepting("completed", ",\"exit_code\":0", "succeeded", "");
    uploading();
    String kept =
        """
        {"id":"i1","name":"Kept","run_id":"w1","updated_at":"2026-11-22T11:57:00Z",
         "format":{"input":{"type":"text"},"output":{"type":"json"}}}""";
    server.on("POST " + SEED + "/inputs", 201, kept);
    Files.writeString(home.resolve("in.txt"), "text");
    Outcome made =
        terminal.run(
            "app", "inputs", "create", "seed", "i1", "--input", "in.txt", "--format", "text");
    assertThat(made.out()).startsWith("Kept i1.");
    assertThat(server.last().body())
        .isEqualTo(
            "{\"name\":\"i1\",\"id\":\"i1\",\"format\":"
                + Json.write(server.last().json().at("format"))
                + ",\"upload_id\":\"u1\"}");
    assertThat(server.last().json().at("format").at("output").text("type")).isEqualTo("json");
    terminal.run("app", "input", "create", "seed", "i1", "--run", "w1", "--name", "Kept");
    assertThat(server.last().body())
        .isEqualTo("{\"name\":\"Kept\",\"id\":\"i1\",\"run_id\":\"w1\"}");
    assertThat(terminal.run("app", "inputs", "create", "seed", "i1").exitCode()).isEqualTo(2);
    assertThat(
            terminal
                .run("app", "inputs", "create", "seed", "i1", "--run", "w1", "--input", "in.txt")
                .exitCode())
        .isEqualTo(2);
    terminal.run("app", "run", "seed", "--input-id", "i1", "--no-wait");
    assertThat(server.last().body()).isEqualTo("{\"input_id\":\"i1\"}");
    assertThat(
            terminal.run("app", "run", "seed", "--input-id", "i1", "--input", "in.txt").exitCode())
        .isEqualTo(2);
  }

  @Test
  void keptInputsAreListedShownChangedAndDeleted() {
    String kept =
        """
        {"id":"i1","name":"Kept","description":"For runs","run_id":"w1",
         "updated_at":"2026-11-22T11:57:00Z",
         "format":{"input":{"type":"text"},"output":{"type":"json"}}}""";
    server.on("GET " + SEED + "/inputs", 200, "{\"items\":[" + kept + "]}");
    server.on("GET " + SEED + "/inputs/i1", 200, kept);
    server.on("PUT " + SEED + "/inputs/i1", 200, kept);
    server.on("DELETE " + SEED + "/inputs/i1", 204, "");
    assertThat(terminal.run("app", "inputs", "list", "seed").out())
        .contains("i1  3m ago   For runs  Kept");
    assertThat(terminal.run("app", "inputs", "list", "seed", "-q").out()).isEqualTo("i1\n");
    assertThat(terminal.run("app", "inputs", "show", "seed", "i1").out())
        .contains("i1  Kept", "of run     w1", "takes      text", "leaves     json");
    assertThat(terminal.run("app", "inputs", "show", "seed", "i1", "--json").out())
        .contains("\"run_id\": \"w1\"");
    assertThat(terminal.run("app", "inputs", "update", "seed", "i1", "--name", "x").out())
        .isEqualTo("Changed i1.\n");
    assertThat(server.last().json().names()).containsExactly("name");
    assertThat(terminal.run("app", "inputs", "update", "seed", "i1").exitCode()).isEqualTo(2);
    assertThat(terminal.run("app", "inputs", "delete", "seed", "i1").out())
        .isEqualTo("Deleted i1.\n");
  }

  @Test
  void whatARunReportsIsShown() {
    accepting("completed", ",\"exit_code\":0", "succeeded", "");
    String reported =
        run("succeeded", "")
            .replace(
                "\"status_v2\"",
                "\"statistics\":{\"result\":{\"value\":1.50}},\"metrics\":{\"objective\":7},"
                    + "\"tracking\":{\"input_id\":\"i1\"},\"status_v2\"");
    server.on("GET " + SEED + "/runs/w1", 200, reported);
    server.on("GET " + SEED + "/runs/w1/metadata", 200, reported);
    terminal.run("app", "runs", "show", "seed", "w1"); // Takes the answer from before.
    assertThat(terminal.run("app", "runs", "show", "seed", "w1").out())
        .contains("statistics {\"result\":{\"value\":1.50}}", "metrics    {\"objective\":7}")
        .contains("input id   i1");
    terminal.run("app", "runs", "result", "seed", "w1");
    Outcome result = terminal.run("app", "runs", "result", "seed", "w1");
    assertThat(result.out()).isEqualTo("{\n  \"answer\": 42\n}\n");
    assertThat(result.err())
        .isEqualTo(
            """
            Run w1 succeeded.
            Statistics: {"result":{"value":1.50}}
            Metrics: {"objective":7}
            """);
  }

  @Test
  void assetsAreListedAndTheirContentsPrinted() {
    String assets = SEED + "/runs/w1/assets";
    server.on("GET " + assets, 200, "{\"items\":[]}");
    assertThat(terminal.run("app", "runs", "assets", "seed", "w1").err()).contains("no assets");
    server.on(
        "GET " + assets,
        200,
        "{\"items\":[{\"id\":\"asset-1\",\"name\":\"chart\",\"size\":8,\"content_type\":\"json\"}]}");
    server.on(
        "GET " + assets + "/asset-1",
        200,
        "{\"download_url\":\"" + server.url() + "/uploads/x\",\"type\":\"json\"}");
    server.on("GET /uploads/x", 200, "[1,2.50]");
    terminal.run("app", "runs", "assets", "seed", "w1"); // Takes the answer from before.
    assertThat(terminal.run("app", "runs", "assets", "seed", "w1").out())
        .contains("asset-1  8      json  chart");
    assertThat(terminal.run("app", "runs", "assets", "seed", "w1", "-q").out())
        .isEqualTo("asset-1\n");
    assertThat(terminal.run("app", "runs", "assets", "seed", "w1", "asset-1").out())
        .isEqualTo("[1,2.50]");
    assertThat(asked("GET /uploads/x").headers()).doesNotContainKey("authorization");
  }

  @Test
  void runsAreListedShownLoggedAndCancelled() {
    accepting("running", "", "running", "");
    server.on(
        "GET " + SEED + "/runs",
        200,
        "{\"runs\":[{\"id\":\"w1\",\"name\":\"w1\",\"status_v2\":\"running\","
            + "\"application_instance_id\":\"latest\",\"created_at\":\"2026-11-22T11:57:00Z\"}]}");
    assertThat(terminal.run("app", "runs", "list", "seed").out())
        .contains("w1  running  latest", "3m ago");
    assertThat(terminal.run("app", "runs", "show", "seed", "w1").out())
        .contains("status     running", "ran        2s");
    server.log("w1", 1, "hello\n");
    assertThat(terminal.run("app", "runs", "logs", "seed", "w1").out()).isEqualTo("hello\n");
    server.on("DELETE /v1/workloads/w1", 202, "{\"id\":\"w1\"}");
    assertThat(terminal.run("app", "runs", "cancel", "seed", "w1").out())
        .isEqualTo("Asked w1 to end.\n");
    server.refuse("GET /v1/applications/other/runs/w1/metadata", 404, "WORKLOAD_NOT_FOUND", "No.");
    int before = server.asked().size();
    assertThat(terminal.run("app", "runs", "cancel", "other", "w1").exitCode()).isEqualTo(3);
    assertThat(server.asked()).hasSize(before + 1); // And it was not ended.
  }
}
