package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.api.ExecFrame;
import dev.satchel.core.access.Role;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Execs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands inside attempts, as the wire has them. */
final class ExecRoutesTest {
  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() {
    server = new TestServer(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private OpenExec exec(String workload, String... words) throws Exception {
    return exec(server.admin, workload, words);
  }

  private OpenExec exec(Client client, String workload, String... words) throws Exception {
    boolean stdin = words[0].equals("cat");
    String body = "{\"command\":[\"" + String.join("\",\"", words) + "\"],\"stdin\":" + stdin + "}";
    return new OpenExec("http://127.0.0.1:" + server.port, client.token(), workload, body);
  }

  private static String body(String... words) {
    return "{\"command\":[\"" + String.join("\",\"", words) + "\"]}";
  }

  private static void until(BooleanSupplier done) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
    while (!done.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  void aCommandAnswersItsOutputsApartAndItsExitCode() throws Exception {
    String id = Jobs.run(server.admin);
    try (OpenExec exec = exec(id, "echo", "hi")) {
      assertThat(exec.exitCode()).isZero();
      assertThat(exec.outText()).isEqualTo("hi\n");
      assertThat(exec.errText()).isEmpty();
    }
    try (OpenExec exec = exec(id, "warn", "oh")) {
      assertThat(exec.exitCode()).isZero();
      assertThat(exec.outText()).isEmpty();
      assertThat(exec.errText()).isEqualTo("oh\n");
    }
    try (OpenExec exec = exec(id, "exit", "3")) {
      assertThat(exec.exitCode()).isEqualTo(3);
    }
    assertThat(server.admin.get("/v1/workloads/" + id + "/logs").is(200).text()).isEmpty();
  }

  @Test
  void whatACommandPrintsOfASecretIsMaskedAlsoAfterARotation() throws Exception {
    String value = MARKER + "-first";
    server.admin.put("/v1/secrets/s", "{\"values\":{\"KEY\":\"" + value + "\"}}").is(201);
    String id = Jobs.run(server.admin, "\"secrets\":[\"s\"]");
    server.admin.put("/v1/secrets/s", "{\"values\":{\"KEY\":\"other-value\"}}").is(200);
    for (List<String> words : List.of(List.of("print", "KEY"), List.of("echo", value))) {
      try (OpenExec exec = exec(id, words.toArray(String[]::new))) {
        assertThat(exec.exitCode()).isZero();
        assertThat(exec.outText()).contains("***").doesNotContain(MARKER);
      }
    }
    try (OpenExec exec = exec(id, "warn", value)) {
      assertThat(exec.exitCode()).isZero();
      assertThat(exec.errText()).isEqualTo("***\n");
    }
    try (OpenExec exec = exec(id, "cat")) { // In parts, each of which says nothing.
      for (String part : List.of("a " + value.substring(0, 3), value.substring(3, 9))) {
        assertThat(exec.give(part.getBytes(StandardCharsets.UTF_8), false)).isEqualTo(200);
      }
      exec.give((value.substring(9) + " z").getBytes(StandardCharsets.UTF_8), true);
      assertThat(exec.exitCode()).isZero();
      assertThat(exec.outText()).isEqualTo("a *** z");
    }
  }

  @Test
  void inputArrivesInOrderAndIsForWhoStartedTheCommand() throws Exception {
    String id = Jobs.run(server.admin);
    Client other = server.as("other", Set.of(Role.ADMIN));
    byte[] part = "part".getBytes(StandardCharsets.UTF_8);
    try (OpenExec exec = exec(id, "cat")) {
      String path = "/v1/workloads/" + id + "/exec/" + exec.id + "/input";
      other.post(path, "").is(404, "EXEC_NOT_FOUND");
      assertThat(exec.giveAs(other.token(), part, true)).isEqualTo(404);
      server.admin.post(path + "?whole=true", "").isInvalid("query");
      for (int i = 0; i < 5; i++) {
        assertThat(exec.give((i + ";").getBytes(StandardCharsets.UTF_8), i == 4)).isEqualTo(200);
      }
      assertThat(exec.exitCode()).isZero();
      assertThat(exec.outText()).isEqualTo("0;1;2;3;4;");
      server.admin.post(path, "").is(404, "EXEC_NOT_FOUND");
    }
    try (OpenExec exec = exec(id, "wait")) {
      String path = "/v1/workloads/" + id + "/exec/" + exec.id + "/input";
      server.admin.post(path, "").is(409, "EXEC_INPUT_CLOSED");
      server.admin.post(path.replace(id, "nothing"), "").is(404, "EXEC_NOT_FOUND");
    }
  }

  @Test
  void whatDoesNotRunIsRefusedWithItsState() {
    String path = "/v1/workloads/%s/exec";
    Client admin = server.admin;
    admin.post(path.formatted("nothing"), body("echo")).is(404, "WORKLOAD_NOT_FOUND");
    server.engine.startSlowly();
    String id = Jobs.submit(admin, Jobs.lasting());
    Jobs.awaitState(admin, id, "starting");
    admin.post(path.formatted(id), body("echo")).is(409, "ATTEMPT_NOT_RUNNING").says("starting");
    Jobs.end(admin, id);
    String ended = path.formatted(id);
    admin.post(ended, body("echo")).is(409, "ATTEMPT_NOT_RUNNING").says("satchel resubmit");
    admin.post(ended, "{\"command\":[\"echo\"],\"attempt\":2}").is(404, "WORKLOAD_NOT_FOUND");
  }

  @Test
  void wrongFormsAreRefused() {
    String path = "/v1/workloads/" + Jobs.run(server.admin) + "/exec";
    Client admin = server.admin;
    admin.post(path, "{}").isInvalid("command");
    admin.post(path, "{\"command\":[]}").isInvalid("command");
    admin.post(path, "{\"command\":\"ls\"}").isInvalid("command");
    admin.post(path, "{\"command\":[\"\"]}").isInvalid("command[0]");
    admin.post(path, "{\"command\":[\"a\",\"" + MARKER + "\\u0000\"]}").isInvalid("command");
    admin.post(path, body("echo" + "\",\"a".repeat(256))).isInvalid("command");
    admin.post(path, body(MARKER.repeat(12_000))).is(413, "TOO_LARGE").says("standard input");
    admin.post(path, "{\"command\":[\"a\"],\"stdin\":1}").isInvalid("stdin");
    admin.post(path, "{\"command\":[\"a\"],\"attempt\":0}").isInvalid("attempt");
    admin.post(path, "{\"command\":[\"a\"],\"tty\":true}").is(400, "INVALID");
    admin.post(path + "?x=1", body("a")).isInvalid("query");
  }

  @Test
  void anEngineThatRunsNoneOrDoesNotAnswerSaysSo() {
    String path = "/v1/workloads/" + Jobs.run(server.admin) + "/exec";
    server.engine.outage("The engine is away.");
    server.admin.post(path, body("echo")).is(503, "ENGINE_UNAVAILABLE").says("away");
    server.engine.outage(null);
    server.engine.withoutExec();
    server.admin.post(path, body("echo")).is(422, "UNSUPPORTED").says("image");
  }

  @Test
  void onlyWhoMayUseTheWorkloadRunsCommandsInIt() throws Exception {
    server.admin.put("/v1/secrets/s", "{\"values\":{\"KEY\":\"" + MARKER + "\"}}").is(201);
    Client mine = server.as("mine", Set.of(Role.RUNNER), "s");
    Client blind = server.as("blind", Set.of(Role.RUNNER));
    String id = Jobs.run(mine, "\"secrets\":[\"s\"]");
    String path = "/v1/workloads/" + id + "/exec";
    blind.post(path, body("echo")).is(403, "FORBIDDEN").says("uses");
    for (Role role : List.of(Role.WRITER, Role.AUDITOR)) {
      server.as("the-" + role.word(), Set.of(role)).post(path, body("echo")).is(403, "FORBIDDEN");
    }
    try (OpenExec exec = exec(mine, id, "echo", "hi")) {
      assertThat(exec.exitCode()).isZero();
    }
    String owners = Jobs.run(server.admin, "\"secrets\":[\"s\"]");
    mine.post("/v1/workloads/" + owners + "/exec", body("echo")).is(403, "FORBIDDEN");
    server.addWorkspace("elsewhere");
    server
        .as("elsewhere", "foreign", Set.of(Role.ADMIN))
        .post(path, body("echo"))
        .is(404, "WORKLOAD_NOT_FOUND");
    assertThat(server.engine.execsThatRun()).isZero();
  }

  @Test
  void eachIsRecordedOnceAndNeverItsWords() throws Exception {
    String id = Jobs.run(server.admin);
    try (OpenExec exec = exec(id, "echo", MARKER)) {
      exec.end();
    }
    server
        .as("blind", Set.of(Role.AUDITOR))
        .post("/v1/workloads/" + id + "/exec", body("echo", MARKER))
        .is(403);
    server
        .admin
        .post("/v1/workloads/" + id + "/exec", "{\"command\":[\"a\"],\"attempt\":7}")
        .is(404);
    assertThat(server.audited())
        .filteredOn(row -> row.startsWith("workload.exec"))
        .containsExactly(
            "workload.exec|" + id + "|ok|attempt 1",
            "workload.exec|" + id + "|FORBIDDEN|",
            "workload.exec|" + id + "|WORKLOAD_NOT_FOUND|");
    assertThat(server.audited().toString()).doesNotContain(MARKER);
  }

  @Test
  void soManyRunAtOnceAndAnEndedOneMakesRoom() throws Exception {
    String id = Jobs.run(server.admin);
    List<OpenExec> running = new ArrayList<>();
    try {
      for (int i = 0; i < Execs.AT_ONCE_EACH; i++) {
        running.add(exec(id, "wait"));
      }
      String path = "/v1/workloads/" + id + "/exec";
      server.admin.post(path, body("echo")).is(429, "TOO_MANY_EXECS").says("8", "64");
      for (int job = 1; job < Execs.AT_ONCE / Execs.AT_ONCE_EACH; job++) {
        String more = Jobs.run(server.admin);
        for (int i = 0; i < Execs.AT_ONCE_EACH; i++) {
          running.add(exec(more, "wait"));
        }
      }
      String last = "/v1/workloads/" + Jobs.run(server.admin) + "/exec";
      server.admin.post(last, body("echo")).is(429, "TOO_MANY_EXECS");
      running.removeFirst().close();
      until(() -> server.engine.execsThatRun() == Execs.AT_ONCE - 1);
      server.admin.post(last, body("echo", "x")).is(200);
    } finally {
      running.forEach(OpenExec::close);
    }
    until(() -> server.engine.execsThatRun() == 0);
  }

  @Test
  void aSilentCommandIsHeardOfAndEndsWithItsToken() throws Exception {
    String id = Jobs.run(server.admin);
    Client fleeting = server.as("fleeting", Set.of(Role.ADMIN));
    try (OpenExec exec = exec(fleeting, id, "wait")) {
      assertThat(exec.next().type()).isEqualTo(ExecFrame.ALIVE);
      JsonNode tokens = server.admin.get("/v1/tokens").is(200).json().path("items");
      for (JsonNode token : tokens) {
        if (token.path("name").asText().equals("fleeting")) {
          server.admin.delete("/v1/tokens/" + token.path("id").asText()).is(200);
        }
      }
      assertThat(exec.end().path("reason_code").asText()).isEqualTo("TOKEN_ENDED");
    }
    until(() -> server.engine.execsThatRun() == 0);
  }

  @Test
  void aServerThatStopsEndsItsCommandsAndSaysSo() throws Exception {
    String id = Jobs.run(server.admin);
    try (OpenExec exec = exec(id, "wait")) {
      server.closeExecs();
      assertThat(exec.end().path("reason_code").asText()).isEqualTo("SERVER_STOPPING");
      server.admin.post("/v1/workloads/" + id + "/exec", body("echo")).is(503, "STORE_BUSY");
    }
    assertThat(server.engine.execsThatRun()).isZero();
    server.engine.exit(new AttemptId(id, 1), 0);
  }
}
