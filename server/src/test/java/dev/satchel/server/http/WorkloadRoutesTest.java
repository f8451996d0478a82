package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.workload.AttemptId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workloads over HTTP: submits, plans, lists, ends. */
final class WorkloadRoutesTest {
  @TempDir static Path directory;
  static TestServer server;
  static Client admin;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    admin = server.admin;
    admin.put("/v1/secrets/db", "{\"values\":{\"DB_PASS\":\"" + MARKER + "\"}}").is(201);
    admin
        .put(
            "/v1/secrets/aws",
            "{\"values\":{\"KEY\":\"" + MARKER + "\",\"ID\":\"" + MARKER + "\"}}")
        .is(201);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aWorkloadIsAcceptedThenRunsThenEnds() {
    Answer accepted =
        admin.post("/v1/workloads", Jobs.body("exit 3", "\"name\":\"short\"")).is(202);
    assertThat(accepted.get("state")).isEqualTo("queued");
    assertThat(accepted.json().path("attempt").asInt()).isEqualTo(1);
    Answer ended = admin.get("/v1/workloads/" + accepted.get("id") + "?wait_s=20").is(200);
    assertThat(ended.get("state")).isEqualTo("errored");
    assertThat(ended.get("reason_code")).isEqualTo("EXIT_CODE");
    assertThat(ended.json().path("exit_code").asInt()).isEqualTo(3);
    assertThat(ended.get("ended_at")).isNotEmpty();
  }

  @Test
  void theDetailShowsWhatWasAskedAndNoValueOfABundle() {
    String id =
        Jobs.run(
            admin,
            "\"name\":\"full\"",
            "\"env\":{\"LR\":\"0.01\"}",
            "\"secrets\":[\"aws\",{\"name\":\"db\",\"as_file\":\"pass\",\"require\":[\"DB_PASS\"]}]",
            "\"working_directory\":\"/tmp\"",
            "\"vm_type\":\"g6e.xlarge\"",
            "\"spot\":true",
            "\"timeout_s\":600",
            "\"retries\":2");
    JsonNode detail = admin.get("/v1/workloads/" + id).is(200).json();
    assertThat(detail.at("/env/LR").asText()).isEqualTo("0.01");
    assertThat(detail.at("/secrets/0/name").asText()).isEqualTo("aws");
    assertThat(detail.at("/secrets/1/as_file").asText()).isEqualTo("pass");
    assertThat(detail.at("/secrets/1/revision").asInt()).isEqualTo(1);
    assertThat(detail.at("/unchecked/vm_type").asText()).isEqualTo("g6e.xlarge");
    assertThat(detail.path("spot").asBoolean()).isTrue();
    assertThat(detail.path("timeout_s").asInt()).isEqualTo(600);
    assertThat(detail.path("retries").asInt()).isEqualTo(2);
    assertThat(detail.path("isolation").asText()).isEqualTo("none");
    AttemptId attempt = new AttemptId(id, 1);
    assertThat(server.engine.variable(attempt, "KEY")).asString().isEqualTo(MARKER);
    assertThat(server.engine.file(attempt, "pass")).asString().isEqualTo(MARKER);
    Jobs.end(admin, id);
  }

  @Test
  void whatNamesAMissingBundleIsRefusedByItsName() {
    Answer refused = admin.post("/v1/workloads", Jobs.lasting("\"secrets\":[\"awss\"]"));
    refused.is(422, "SECRET_NOT_FOUND").says("Did you mean \"aws\"?");
    assertThat(refused.get("name")).isEqualTo("awss");
    Answer entry =
        admin.post(
            "/v1/workloads",
            Jobs.lasting("\"secrets\":[{\"name\":\"aws\",\"require\":[\"KEY\",\"REGION\"]}]"));
    entry
        .is(422, "SECRET_ENTRY_MISSING")
        .names("require[1]")
        .says("REGION", "satchel secrets show");
    assertThat(entry.get("name")).isEqualTo("aws");
    admin
        .post("/v1/workloads", Jobs.lasting("\"secrets\":[{\"name\":\"aws\",\"as_env\":\"X\"}]"))
        .is(422, "SECRET_ENTRY_MISSING")
        .says("2 entries");
    assertThat(admin.get("/v1/secrets/aws").list("used_by")).isEmpty();
  }

  @Test
  void theSameKeyAndBodyGetTheFirstAnswerAndOneWorkload() {
    String body = Jobs.lasting("\"name\":\"once\"");
    Answer first = admin.post("/v1/workloads", body, "Idempotency-Key", "k-1").is(202);
    Answer again = admin.post("/v1/workloads", body, "Idempotency-Key", "k-1").is(202);
    assertThat(again.text()).isEqualTo(first.text());
    admin
        .post("/v1/workloads", Jobs.lasting("\"name\":\"twice\""), "Idempotency-Key", "k-1")
        .is(409, "IDEMPOTENCY_KEY_REUSED");
    admin
        .post("/v1/workloads/" + first.get("id") + "/resubmissions", "{}", "Idempotency-Key", "k-1")
        .is(409, "IDEMPOTENCY_KEY_REUSED");
    assertThat(ids("name=once")).containsExactly(first.get("id"));
    assertThat(ids("name=twice")).isEmpty();
    Jobs.end(admin, first.get("id"));
    assertThat(admin.post("/v1/workloads", body, "Idempotency-Key", "k-1").is(202).text())
        .isEqualTo(first.text());
    for (String key : List.of("", "with space", "k".repeat(129))) {
      admin.post("/v1/workloads", body, "Idempotency-Key", key).isInvalid("Idempotency-Key");
    }
  }

  @Test
  void sixteenAtOnceWithOneKeyMakeOneWorkload() throws Exception {
    String body = Jobs.lasting("\"name\":\"crowd\"");
    Callable<String> ask =
        () -> admin.post("/v1/workloads", body, "Idempotency-Key", "crowd").is(202).text();
    Set<String> answers = new HashSet<>();
    try (var executor = Executors.newFixedThreadPool(16)) {
      for (var future : executor.invokeAll(IntStream.range(0, 16).mapToObj(i -> ask).toList())) {
        answers.add(future.get());
      }
    }
    assertThat(answers).hasSize(1);
    assertThat(ids("name=crowd")).hasSize(1);
    Jobs.end(admin, ids("name=crowd").getFirst());
  }

  @Test
  void aPlanSaysWhereEverythingComesFromAndStartsNothing() {
    int starts = server.engine.starts().size();
    String body =
        Jobs.body(
            "exit 0",
            "\"name\":\"planned\"",
            "\"env\":{\"KEY\":\"seen\"}",
            "\"secrets\":[\"aws\",{\"name\":\"db\",\"as_env\":\"ID\"}]");
    JsonNode plan = admin.post("/v1/plans", body).is(200).json();
    JsonNode key = variable(plan, "KEY");
    assertThat(key.path("from").asText()).isEqualTo("env");
    assertThat(key.path("value").asText()).isEqualTo("seen");
    assertThat(key.at("/overrides/0").asText()).isEqualTo("secret aws");
    JsonNode id = variable(plan, "ID");
    assertThat(id.path("from").asText()).isEqualTo("secret db");
    assertThat(id.has("value")).isFalse();
    assertThat(id.at("/overrides/0").asText()).isEqualTo("secret aws");
    assertThat(plan.path("problems")).isEmpty();
    assertThat(ids("name=planned")).isEmpty();
    assertThat(server.engine.starts()).hasSize(starts);
  }

  @Test
  void aPlanNamesEverythingThatWouldRefuseTheSubmit() {
    String body = Jobs.lasting("\"secrets\":[\"absent\",\"awsx\"]");
    assertThat(admin.post("/v1/plans", body).is(200).list("problems"))
        .hasSize(2)
        .anyMatch(problem -> problem.contains("\"absent\""))
        .anyMatch(problem -> problem.contains("Did you mean \"aws\"?"));
    server.engine.object("The machine has no tmpfs.");
    try {
      assertThat(admin.post("/v1/plans", Jobs.lasting()).is(200).list("problems"))
          .containsExactly("The machine has no tmpfs.");
      admin.post("/v1/workloads", Jobs.lasting()).is(422, "UNSUPPORTED").says("tmpfs");
    } finally {
      server.engine.object();
    }
  }

  @Test
  void theListIsFilteredAndPagedNewestFirst() {
    List<String> made = new ArrayList<>();
    IntStream.range(0, 7)
        .forEach(
            i -> made.addFirst(Jobs.submit(admin, Jobs.body("exit 0", "\"name\":\"listed\""))));
    made.forEach(id -> admin.get("/v1/workloads/" + id + "?wait_s=20").is(200));
    assertThat(ids("name=listed")).containsExactlyElementsOf(made);
    assertThat(ids("name=listed&limit=2")).containsExactlyElementsOf(made);
    assertThat(ids("name=listed&state=completed&kind=job&limit=3")).hasSize(7);
    assertThat(ids("name=listed&state=live")).isEmpty();
    assertThat(ids("name=listed&state=failed,completed")).hasSize(7);
    String running = Jobs.run(admin, "\"name\":\"listed\"");
    assertThat(ids("name=listed&state=live")).containsExactly(running);
    assertThat(ids("name=listed&state=running,queued")).containsExactly(running);
    Jobs.end(admin, running);
    assertThat(ids("name=" + MARKER)).isEmpty();
  }

  @Test
  void aWrongFilterIsRefusedByName() {
    admin.get("/v1/workloads?state=" + MARKER).isInvalid("state").says("live", "completed");
    admin.get("/v1/workloads?state=").isInvalid("state");
    admin.get("/v1/workloads?kind=" + MARKER).isInvalid("kind").says("job");
    admin.get("/v1/workloads?status=running").isInvalid("query").says("state");
    for (String key :
        List.of("", "x", "x y", "2026-01-01T00:00:00Z", "+999999999-01-01T00:00:00Z a")) {
      String path = "/v1/workloads?page_token=" + Exchange.pageToken(key);
      admin.get(path).isInvalid("page_token").says("without it");
    }
    admin.get("/v1/workloads/x?wait_s=51").isInvalid("wait_s").says("50");
    admin.get("/v1/workloads/" + MARKER).is(404, "WORKLOAD_NOT_FOUND").says("satchel list");
  }

  @Test
  void waitAnswersAtTheEndOrWhenTheTimeIsUp() {
    String id = Jobs.run(admin);
    Instant before = Instant.now();
    Answer early = admin.get("/v1/workloads/" + id + "?wait_s=1").is(200);
    assertThat(early.get("state")).isEqualTo("running");
    assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofMillis(900));
    var waiting =
        CompletableFuture.supplyAsync(() -> admin.get("/v1/workloads/" + id + "?wait_s=40"));
    server.engine.exit(new AttemptId(id, 1), 0);
    assertThat(waiting.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join().get("state"))
        .isEqualTo("completed");
  }

  @Test
  void aResubmissionReplacesTheRunningAttempt() {
    String id = Jobs.run(admin, "\"env\":{\"A\":\"1\"}", "\"secrets\":[\"db\"]");
    String path = "/v1/workloads/" + id + "/resubmissions";
    Answer accepted =
        admin.post(path, "{\"env\":{\"A\":\"2\"}}", "Idempotency-Key", "again").is(202);
    assertThat(accepted.get("id")).isEqualTo(id);
    assertThat(accepted.json().path("attempt").asInt()).isEqualTo(2);
    assertThat(
            admin.post(path, "{\"env\":{\"A\":\"2\"}}", "Idempotency-Key", "again").is(202).text())
        .isEqualTo(accepted.text());
    JsonNode detail = awaitAttempt(id, 2);
    assertThat(detail.at("/env/A").asText()).isEqualTo("2");
    assertThat(detail.path("attempts")).hasSize(2);
    assertThat(detail.at("/attempts/1/reason_code").asText()).isEqualTo("SUPERSEDED");
    Jobs.end(admin, id);
    admin.post(path, "").is(202);
    assertThat(awaitAttempt(id, 3).at("/env/A").asText()).isEqualTo("2");
    admin
        .post(path, "{\"command\":[\"" + MARKER + "\"]}")
        .isInvalid("the body, field 1")
        .says("env");
    admin.post(path, "{\"env\":{\"SATCHEL_X\":\"" + MARKER + "\"}}").isInvalid("env, member 1");
    Jobs.end(admin, id);
  }

  @Test
  void aTerminateEndsItOnceAndIsAnsweredAlways() {
    String id = Jobs.run(admin, "\"retries\":3");
    admin.delete("/v1/workloads/" + id).is(202);
    Answer ended = admin.get("/v1/workloads/" + id + "?wait_s=20").is(200);
    assertThat(ended.get("state")).isEqualTo("terminated");
    assertThat(ended.json().path("terminate_requested").asBoolean()).isTrue();
    assertThat(admin.delete("/v1/workloads/" + id).is(202).get("state")).isEqualTo("terminated");
    admin.delete("/v1/workloads/" + id + "?force=true").isInvalid("query");
    admin.delete("/v1/workloads/nothing").is(404, "WORKLOAD_NOT_FOUND");
  }

  private static JsonNode awaitAttempt(String id, int number) {
    Instant deadline = Instant.now().plusSeconds(20);
    while (Instant.now().isBefore(deadline)) {
      JsonNode detail = Jobs.awaitState(admin, id, "running").json();
      if (detail.path("attempt").asInt() == number) {
        return detail;
      }
    }
    throw new AssertionError("attempt " + number + " did not run in time");
  }

  private static JsonNode variable(JsonNode plan, String name) {
    for (JsonNode variable : plan.path("variables")) {
      if (variable.path("name").asText().equals(name)) {
        return variable;
      }
    }
    throw new AssertionError("no variable " + name + " in " + plan);
  }

  /** Ids of all pages. */
  private static List<String> ids(String query) {
    List<String> ids = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = admin.get("/v1/workloads?" + query + next).is(200).json();
      page.path("items").forEach(item -> ids.add(item.path("id").asText()));
      JsonNode token = page.path("next_page_token");
      next = token.isMissingNode() ? "" : "&page_token=" + token.asText();
    } while (!next.isEmpty());
    return ids;
  }
}
