package dev.satchel.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.access.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes, addresses and runs, on an engine in memory. */
final class RunRoutesTest {
  private static final String SEED = "/v1/applications/seed";
  private static final String PYTHON =
      "{\"requirements\":{\"executable_type\":\"python\",\"runtime\":\"default\"}}";

  @TempDir Path directory;
  private TestServer server;
  private Client admin;

  @BeforeEach
  void open() {
    server = new TestServer(directory);
    admin = server.admin;
    admin.post("/v1/applications", "{\"id\":\"seed\"}").is(201);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static String path(String url) {
    return url.substring(url.indexOf("/uploads/"));
  }

  private Answer send(String url, byte[] bytes) {
    return admin.with("").send("PUT", path(url), bytes);
  }

  private void push(Client client) {
    send(client.get(SEED + "/binary").is(200).get("upload_url"), TestArchives.of("main.py"))
        .is(204);
    client.put(SEED + "/binary", PYTHON).is(204);
  }

  @Test
  void anAddressIsForOnceAndForOneApplicationAndUse() throws Exception {
    push(admin);
    admin.post("/v1/applications", "{\"id\":\"other\"}").is(201);
    Answer upload = admin.post(SEED + "/runs/uploadurl", "").is(200);
    String url = upload.get("upload_url");
    assertThat(url).startsWith("http://127.0.0.1:" + server.port + "/uploads/");
    admin.with("").get(path(url)).is(404, "TRANSFER_NOT_FOUND");
    send(url, "{\"a\":1}".getBytes(UTF_8)).is(204);
    send(url, "{\"a\":2}".getBytes(UTF_8)).is(404, "TRANSFER_NOT_FOUND");
    send("/uploads/nobody-was-given-this", new byte[1]).is(404, "TRANSFER_NOT_FOUND");
    String body = "{\"upload_id\":\"" + upload.get("upload_id") + "\"}";
    server.push("other");
    admin.post("/v1/applications/other/runs", body).is(422, "REFERENCE_MISSING");
    String run = admin.post(SEED + "/runs", body).is(202).get("run_id");
    assertThat(admin.get(SEED + "/runs/" + run + "/input").is(200).text()).isEqualTo("{\"a\":1}");
    String token = url.substring(url.lastIndexOf('/') + 1);
    try (var kept = Files.walk(directory.resolve("uploads"))) {
      for (Path file : kept.filter(Files::isRegularFile).toList()) {
        assertThat(file.toString()).doesNotContain(token);
        assertThat(Files.readString(file, ISO_8859_1)).doesNotContain(token);
      }
    }
    admin.get("/v1/applications/other/runs/" + run + "/metadata").is(404, "WORKLOAD_NOT_FOUND");
  }

  @Test
  void codeComesOnlyFromWhoMayPushAndOnlyItsOwn() {
    Client runner = server.as("runner", Set.of(Role.RUNNER));
    Client writer = server.as("writer", Set.of(Role.WRITER));
    runner.get(SEED + "/binary").is(403);
    admin.put(SEED + "/binary", PYTHON).is(409, "NOTHING_PUSHED");
    send(admin.get(SEED + "/binary").is(200).get("upload_url"), TestArchives.of("main.py"));
    writer.put(SEED + "/binary", PYTHON).is(409, "NOTHING_PUSHED");
    push(writer);
    writer.post(SEED + "/runs", "{}").is(403);
    runner.post(SEED + "/runs", "{}").is(202);
  }

  @Test
  void whatCannotBeUnpackedIsRefusedToWhoPushesIt() throws Exception {
    send(admin.get(SEED + "/binary").is(200).get("upload_url"), TestArchives.of("../main.py"));
    admin.put(SEED + "/binary", PYTHON).is(400, "INVALID").says("entry 1");
    assertThat(admin.get(SEED + "/versions").is(200).json()).isEmpty();
    try (var kept = Files.list(directory.resolve("code"))) {
      assertThat(kept).isEmpty();
    }
  }

  @Test
  void aRunHoldsItsCollectionAndWhoMayNotUseItRunsNothing() {
    push(admin);
    String secret =
        "{\"id\":\"c\",\"name\":\"c\",\"secrets\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\""
            + TestServer.MARKER
            + "\"}]}";
    admin.post(SEED + "/secrets", secret).is(201);
    String body = "{\"configuration\":{\"secrets_collection_id\":\"c\"}}";
    server.as("runner", Set.of(Role.RUNNER)).post(SEED + "/runs", body).is(403);
    String run = admin.post(SEED + "/runs", body).is(202).get("run_id");
    server.as("another", Set.of(Role.RUNNER)).get(SEED + "/runs/" + run).is(403);
    admin.delete(SEED + "/secrets/c").is(409, "COLLECTION_IN_USE").says(run);
    admin.delete(SEED).is(409, "APPLICATION_IN_USE");
    admin.delete(SEED + "/runs/" + run).is(409, "WORKLOAD_BUSY");
    admin.send("PATCH", SEED + "/runs/" + run + "/cancel", null).is(204);
    assertThat(admin.get("/v1/workloads/" + run + "?wait_s=20").is(200).get("kind"))
        .isEqualTo("run");
    Answer ended = admin.get(SEED + "/runs/" + run).is(200);
    assertThat(ended.json().at("/metadata/status_v2").asText()).isEqualTo("canceled");
    assertThat(ended.json().at("/metadata/error").asText()).isNotEmpty();
    admin.delete(SEED + "/secrets/c").is(204);
    admin
        .post(SEED + "/runs", body)
        .is(422, "REFERENCE_MISSING")
        .says("secrets collection", "\"c\"");
  }

  @Test
  void whatMayHaveBeenWrittenKeepsItsFiles() throws Exception {
    push(admin);
    Answer upload = admin.post(SEED + "/runs/uploadurl", "").is(200);
    send(upload.get("upload_url"), "{\"a\":1}".getBytes(UTF_8)).is(204);
    String input = "{\"id\":\"i\",\"upload_id\":\"" + upload.get("upload_id") + "\"}";
    server.store.loses(true);
    admin.post(SEED + "/inputs", input).is(504, "STORE_UNCERTAIN");
    admin.post(SEED + "/runs", "{\"input\":{\"b\":2}}").is(504, "STORE_UNCERTAIN");
    server.store.loses(false);
    String run = admin.get(SEED + "/runs").is(200).json().at("/runs/0/id").asText();
    assertThat(directory.resolve("runs").resolve(run))
        .isDirectoryContaining("glob:**/code")
        .isDirectoryContaining("glob:**/input");
    String managed = admin.post(SEED + "/runs", "{\"input_id\":\"i\"}").is(202).get("run_id");
    assertThat(admin.get(SEED + "/runs/" + managed + "/input").text()).isEqualTo("{\"a\":1}");
  }

  @Test
  void whatPeopleCallARunIsOnlySoLong() {
    push(admin);
    for (String more : List.of("", "\"result\":{\"status\":\"succeeded\"},")) {
      String name = "{" + more + "\"name\":\"" + "n".repeat(257) + "\"}";
      admin.post(SEED + "/runs", name).is(413, "TOO_LARGE");
      String description = "{" + more + "\"description\":\"" + "d".repeat(4097) + "\"}";
      admin.post(SEED + "/runs", description).is(413, "TOO_LARGE");
      String cloned = "{" + more + "\"tracking\":{\"cloned_run_id\":\"" + "c".repeat(65) + "\"}}";
      admin.post(SEED + "/runs", cloned).isInvalid("tracking.cloned_run_id");
    }
    assertThat(admin.get(SEED + "/runs").is(200).json().path("runs")).isEmpty();
  }

  @Test
  void runsGoWithTheirApplication_andAnotherOfItsIdHasNoneOfThem() {
    push(admin);
    String run = admin.post(SEED + "/runs", "{}").is(202).get("run_id");
    admin.send("PATCH", SEED + "/runs/" + run + "/cancel", null).is(204);
    admin.get("/v1/workloads/" + run + "?wait_s=20").is(200);
    admin.delete(SEED).is(204);
    admin.get(SEED + "/runs/" + run).is(404, "APPLICATION_NOT_FOUND");
    admin.post("/v1/applications", "{\"id\":\"seed\"}").is(201);
    push(admin);
    admin.get(SEED + "/runs/" + run).is(404, "WORKLOAD_NOT_FOUND");
    admin.get(SEED + "/runs/" + run + "/metadata").is(404, "WORKLOAD_NOT_FOUND");
    String own = admin.post(SEED + "/runs", "{}").is(202).get("run_id");
    var runs = admin.get(SEED + "/runs").is(200).json().path("runs");
    assertThat(runs).hasSize(1);
    assertThat(runs.at("/0/id").asText()).isEqualTo(own);
  }

  @Test
  void whatARunReportsIsForWhoMayReadItsOutput() throws Exception {
    push(admin);
    String run = admin.post(SEED + "/runs", "{}").is(202).get("run_id");
    Path files = directory.resolve("runs").resolve(run);
    Files.writeString(files.resolve("statistics"), "{\"value\":1.10}");
    Files.writeString(
        files.resolve("assets"),
        "[{\"id\":\"asset-1\",\"name\":\"a\",\"created_at\":\"\",\"size\":3,\"content_type\":\"json\"}]");
    Files.writeString(files.resolve("asset-1"), "[1]");
    String one = SEED + "/runs/" + run;
    Client auditor = server.as("auditor", Set.of(Role.AUDITOR));
    assertThat(auditor.get(one + "/metadata").is(200).text()).doesNotContain("1.10");
    auditor.get(one + "/assets").is(403);
    Client runner = server.as("runner", Set.of(Role.RUNNER));
    assertThat(runner.get(one + "/metadata").is(200).text()).contains("{\"value\":1.10}");
    assertThat(runner.get(one + "/assets").is(200).text()).contains("asset-1");
    Answer asset = runner.get(one + "/assets/asset-1").is(200);
    assertThat(admin.with("").get(path(asset.get("download_url"))).is(200).text()).isEqualTo("[1]");
    for (String wrong : List.of("asset-2", "output", "..%2Fcode", "asset-0")) {
      runner.get(one + "/assets/" + wrong).is(404, "WORKLOAD_NOT_FOUND");
    }
  }

  private String uploaded(String application, String text) {
    Answer upload = admin.post("/v1/applications/" + application + "/runs/uploadurl", "").is(200);
    send(upload.get("upload_url"), text.getBytes(UTF_8)).is(204);
    return upload.get("upload_id");
  }

  private static String tracked(String output, String more) {
    return "{\"result\":{\"output_upload_id\":\"" + output + "\"," + more + "}}";
  }

  @Test
  void aRunThatRanElsewhereIsKeptAndNeverStarted() throws Exception {
    String log = uploaded("seed", "said there\n");
    String body =
        tracked(
            uploaded("seed", "{\"b\":2,\"metrics\":{\"m\":1}}"),
            "\"status\":\"failed\",\"error_message\":\"No licence.\",\"execution_duration\":1500,"
                + "\"error_upload_id\":\""
                + log
                + "\"");
    String run = admin.post(SEED + "/runs", body).is(202).get("run_id"); // Nothing is pushed.
    Answer kept = admin.get(SEED + "/runs/" + run).is(200);
    assertThat(kept.json().at("/metadata/status_v2").asText()).isEqualTo("failed");
    assertThat(kept.json().at("/metadata/error").asText()).isEqualTo("No licence.");
    assertThat(kept.json().at("/metadata/duration").asDouble()).isEqualTo(1500);
    assertThat(kept.json().at("/metadata/metrics/m").asInt()).isEqualTo(1);
    assertThat(kept.json().at("/output/b").asInt()).isEqualTo(2);
    assertThat(admin.get(SEED + "/runs/" + run + "/logs").is(200).get("log"))
        .isEqualTo("said there\n");
    admin
        .post("/v1/workloads/" + run + "/resubmissions", "{}")
        .is(422, "UNSUPPORTED")
        .says("elsewhere");
    assertThat(admin.get("/v1/workloads/" + run).is(200).get("reason_code"))
        .isEqualTo("FAILED_ELSEWHERE");
    assertThat(server.engine.known()).isEmpty();
    assertThat(server.audited()).contains("run.track|" + run + "|ok|");
    admin.delete(SEED + "/runs/" + run).is(204);
  }

  @Test
  void aWrongResultIsRefusedAndNothingOfItKept() throws Exception {
    String fine = "\"status\":\"succeeded\"";
    admin.post("/v1/applications", "{\"id\":\"other\"}").is(201);
    String others = uploaded("other", "{}");
    String ours = uploaded("seed", "{}");
    String list = uploaded("seed", "[]");
    admin.post(SEED + "/runs", tracked(others, fine)).is(422, "REFERENCE_MISSING");
    admin.post(SEED + "/runs", tracked(list, fine)).is(400, "INVALID").says("JSON object");
    admin.post(SEED + "/runs", tracked(ours, "\"status\":\"fine\"")).is(400, "INVALID");
    admin
        .post(SEED + "/runs", tracked(ours, fine + ",\"execution_duration\":-1"))
        .is(400, "INVALID");
    admin
        .post(SEED + "/runs", tracked(ours, fine + ",\"metrics_upload_id\":\"" + list + "\""))
        .is(400, "INVALID")
        .says("metrics");
    try (var kept = Files.list(directory.resolve("runs"))) {
      assertThat(kept).isEmpty();
    }
    assertThat(admin.get(SEED + "/runs").is(200).json().path("runs")).isEmpty();
  }

  @Test
  void aManagedInputIsItsApplicationsAndOutlivesWhatItWasMadeOf() throws Exception {
    push(admin);
    admin.post("/v1/applications", "{\"id\":\"other\"}").is(201);
    String upload = uploaded("seed", "{\"kept\":1}");
    String made = "{\"id\":\"in\",\"upload_id\":\"" + upload + "\"}";
    admin.post("/v1/applications/other/inputs", made).is(422, "REFERENCE_MISSING");
    admin.post(SEED + "/inputs", "{\"id\":\"in\"}").is(400, "INVALID");
    admin.post(SEED + "/inputs", made).is(201);
    admin.post(SEED + "/inputs", made).is(409, "INPUT_EXISTS");
    admin.get("/v1/applications/other/inputs/in").is(404, "INPUT_NOT_FOUND");
    server.push("other");
    admin.post("/v1/applications/other/runs", "{\"input_id\":\"in\"}").is(422, "REFERENCE_MISSING");
    admin
        .post(SEED + "/runs", "{\"input_id\":\"in\",\"upload_id\":\"" + upload + "\"}")
        .is(400, "INVALID");
    String run = admin.post(SEED + "/runs", "{\"input_id\":\"in\"}").is(202).get("run_id");
    admin.delete(SEED + "/inputs/in").is(204);
    try (var kept = Files.list(directory.resolve("inputs"))) {
      assertThat(kept).isEmpty();
    }
    assertThat(admin.get(SEED + "/runs/" + run + "/input").is(200).text())
        .isEqualTo("{\"kept\":1}");
    admin.post(SEED + "/runs", "{\"input_id\":\"in\"}").is(422, "REFERENCE_MISSING").says("\"in\"");
    Client both = server.as("both", Set.of(Role.WRITER, Role.RUNNER));
    both.post(SEED + "/inputs", "{\"id\":\"again\",\"run_id\":\"" + run + "\"}").is(201);
    Client writer = server.as("writer", Set.of(Role.WRITER));
    writer
        .post(SEED + "/inputs", "{\"id\":\"writers\",\"run_id\":\"" + run + "\"}")
        .is(403, "FORBIDDEN");
  }

  @Test
  void aTokenThatNamesACollectionRunsWithItAndWithNoOther() {
    push(admin);
    admin.post(SEED + "/secrets", "{\"id\":\"c\"}").is(201);
    admin.post(SEED + "/secrets", "{\"id\":\"d\"}").is(201);
    String made =
        admin
            .post("/v1/tokens", "{\"name\":\"r\",\"roles\":[\"runner\"],\"uses\":[\"seed/c\"]}")
            .is(201)
            .get("token");
    Client runner = admin.with(made);
    String with = "{\"configuration\":{\"secrets_collection_id\":\"%s\"}}";
    String run = runner.post(SEED + "/runs", with.formatted("c")).is(202).get("run_id");
    runner.get(SEED + "/runs/" + run).is(200);
    runner.post(SEED + "/runs", with.formatted("d")).is(403, "FORBIDDEN").says("seed/d");
    for (String wrong : List.of("seed/", "/c", "a/b/c", "se ed/c")) {
      String body = "{\"name\":\"w\",\"roles\":[\"runner\"],\"uses\":[\"" + wrong + "\"]}";
      admin.post("/v1/tokens", body).is(400, "INVALID");
    }
    admin.post("/v1/applications", "{\"id\":\"credential\"}").is(400, "INVALID");
  }

  @Test
  void anotherWorkspaceHasNoneOfIt() throws Exception {
    push(admin);
    admin.post(SEED + "/secrets", "{\"id\":\"c\"}").is(201);
    String upload = uploaded("seed", "{}");
    admin.post(SEED + "/inputs", "{\"id\":\"i\",\"upload_id\":\"" + upload + "\"}").is(201);
    String run = admin.post(SEED + "/runs", "{}").is(202).get("run_id");
    server.addWorkspace("theirs");
    Client theirs = server.as("theirs", "stranger", Set.of(Role.ADMIN));
    assertThat(theirs.get("/v1/applications").is(200).json()).isEmpty();
    for (String path : List.of("", "/runs", "/secrets", "/inputs", "/versions", "/binary")) {
      theirs.get(SEED + path).is(404, "APPLICATION_NOT_FOUND");
    }
    theirs.post("/v1/applications", "{\"id\":\"seed\"}").is(201); // The same name never meets.
    theirs.get(SEED + "/secrets/c").is(404, "COLLECTION_NOT_FOUND");
    theirs.get(SEED + "/inputs/i").is(404, "INPUT_NOT_FOUND");
    assertThat(theirs.get(SEED + "/runs").is(200).json().path("runs")).isEmpty();
    for (String part : List.of("", "/metadata", "/input", "/output", "/logs", "/assets")) {
      theirs.get(SEED + "/runs/" + run + part).is(404, "WORKLOAD_NOT_FOUND");
    }
    theirs.send("PATCH", SEED + "/runs/" + run + "/cancel", null).is(404, "WORKLOAD_NOT_FOUND");
    push(theirs);
    theirs.post(SEED + "/runs", "{\"upload_id\":\"" + upload + "\"}").is(422, "REFERENCE_MISSING");
    theirs.post(SEED + "/runs", "{\"input_id\":\"i\"}").is(422, "REFERENCE_MISSING");
  }

  @Test
  void runsAreToldFromJobsByTheirKind() {
    push(admin);
    String run = admin.post(SEED + "/runs", "{}").is(202).get("run_id");
    String job =
        admin
            .post("/v1/workloads", "{\"name\":\"seed\",\"command\":[\"sleep\",\"60\"]}")
            .is(202)
            .get("id");
    assertThat(admin.get("/v1/workloads?kind=run").is(200).text())
        .contains(run)
        .doesNotContain(job);
    assertThat(admin.get("/v1/workloads?kind=job").is(200).text())
        .contains(job)
        .doesNotContain(run);
    assertThat(admin.get(SEED + "/runs").is(200).text()).contains(run).doesNotContain(job);
    admin.get("/v1/workloads?kind=other").is(400, "INVALID").says("service");
    assertThat(admin.get("/v1/workloads?kind=service").is(200).text()).doesNotContain(run, job);
  }

  @Test
  void aLogOfAnyLengthIsReadWholeAndLiveByPieces() {
    String line = "0123456789abcde\u00e9\u20ac\ud83d\ude00\n";
    String log = "x".repeat(10) + line.repeat(9 * (1 << 20) / line.getBytes(UTF_8).length);
    String body =
        tracked(
            uploaded("seed", "{}"),
            "\"status\":\"succeeded\",\"error_upload_id\":\"" + uploaded("seed", log) + "\"");
    String run = SEED + "/runs/" + admin.post(SEED + "/runs", body).is(202).get("run_id");
    assertThat(admin.get(run + "/logs").is(200).get("log").equals(log)).isTrue();
    StringBuilder live = new StringBuilder();
    Answer piece = admin.get(run + "/logs/live").is(200);
    int pieces = 1;
    while (piece.get("status_v2").equals("running")) {
      live.append(piece.json().at("/items/0/log").asText());
      piece = admin.get(run + "/logs/live?since=" + piece.get("next_page_token")).is(200);
      pieces++;
    }
    live.append(piece.json().at("/items/0/log").asText());
    assertThat(piece.get("status_v2")).isEqualTo("succeeded");
    assertThat(live.toString().equals(log)).isTrue();
    assertThat(pieces).isGreaterThan(2);
  }

  @Test
  void theRevisionOfACollectionThatARunOpenedIsTold() throws Exception {
    push(admin);
    String entries = "\"secrets\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"1\"}]}";
    admin.post(SEED + "/secrets", "{\"id\":\"c\"," + entries).is(201);
    String run =
        admin
            .post(SEED + "/runs", "{\"configuration\":{\"secrets_collection_id\":\"c\"}}")
            .is(202)
            .get("run_id");
    Answer told = admin.get("/v1/workloads/" + run).is(200);
    for (int i = 0; i < 100 && !told.get("state").equals("running"); i++) {
      Thread.sleep(50);
      told = admin.get("/v1/workloads/" + run).is(200);
    }
    assertThat(told.json().at("/secrets/0/name").asText()).isEqualTo("seed/c");
    assertThat(told.json().at("/secrets/0/revision").asInt()).isEqualTo(1);
    assertThat(told.json().at("/secrets/0/stale").asBoolean()).isFalse();
    admin.put(SEED + "/secrets/c", "{" + entries).is(200);
    told = admin.get("/v1/workloads/" + run).is(200);
    assertThat(told.json().at("/secrets/0/revision").asInt()).isEqualTo(1);
    assertThat(told.json().at("/secrets/0/current").asInt()).isEqualTo(2);
    assertThat(told.json().at("/secrets/0/stale").asBoolean()).isTrue();
  }
}
