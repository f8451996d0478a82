package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.access.Role;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every act that is refused leaves one row, wherever it was refused; reads leave none. */
final class AuditTest {
  private static final Set<String> READS_BY_POST = Set.of("planWorkload");
  private static final Set<String> ACTS_BY_GET = Set.of("revealCollection", "getCodeUpload");

  @TempDir static Path directory;
  static TestServer server;
  static Client admin;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    admin = server.admin;
    admin.put("/v1/secrets/db", "{\"values\":{\"PASS\":\"" + MARKER + "\"}}").is(201);
  }

  @AfterEach
  void nothingThatCouldBeAValueIsInARow() {
    assertThat(server.audited()).filteredOn(row -> row.contains(MARKER)).isEmpty();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<String> rowsOf(Runnable requests) {
    int before = server.audited().size();
    requests.run();
    List<String> all = server.audited();
    return all.subList(before, all.size());
  }

  @TestFactory
  Stream<DynamicTest> whatATokenLacksThePermissionFor() {
    Client auditor = server.as("the-auditor", Set.of(Role.AUDITOR));
    return new Contract()
        .operations.stream()
            .filter(operation -> !operation.permission().isEmpty())
            .map(
                operation ->
                    DynamicTest.dynamicTest(
                        operation.id(), () -> checkPermission(auditor, operation)));
  }

  private static void checkPermission(Client auditor, Contract.Operation operation) {
    boolean isAct =
        List.of("get", "head").contains(operation.method())
            ? ACTS_BY_GET.contains(operation.id())
            : !READS_BY_POST.contains(operation.id());
    String path = operation.path().replaceAll("\\{[a-z]+}", "db");
    byte[] body =
        operation.json().has("requestBody") ? "{}".getBytes(StandardCharsets.UTF_8) : null;
    List<String> rows =
        rowsOf(() -> auditor.send(operation.method().toUpperCase(Locale.ROOT), path, body));
    if (isAct) {
      assertThat(rows).singleElement().asString().contains("|FORBIDDEN|");
      if (operation.path().contains("{name}")) {
        assertThat(rows.getFirst()).contains("|db|");
      }
    } else {
      assertThat(rows).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '`',
      value = {
        "PUT /v1/secrets/new {\"values\":{\"MARKER!\":\"MARKER\"}} secret.write|new|INVALID|",
        "PUT /v1/secrets/new {\"values\":{}} secret.write|new|INVALID|",
        "PUT /v1/secrets/new MARKER secret.write|new|INVALID|",
        "PUT /v1/secrets/!MARKER {\"values\":{\"A\":\"1\"}} secret.write||INVALID|",
        "PUT /v1/secrets/new?MARKER=1 {\"values\":{\"A\":\"1\"}} secret.write|new|INVALID|",
        "POST /v1/secrets/db/changes {} secret.change|db|INVALID|",
        "POST /v1/secrets/none/changes {\"set\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"MARKER\"}]}"
            + " secret.change|none|SECRET_NOT_FOUND|",
        "DELETE /v1/secrets/none {} secret.delete|none|SECRET_NOT_FOUND|",
        "POST /v1/workloads {\"name\":\"train\",\"command\":[]} workload.submit|train|INVALID|",
        "POST /v1/workloads {\"name\":\"!MARKER\",\"command\":[\"x\"]} workload.submit||INVALID|",
        "POST /v1/workloads {\"command\":[\"x\"],\"credentials\":\"MARKER\"} workload.submit||UNSUPPORTED|",
        "POST /v1/workloads {\"command\":[\"x\"],\"secrets\":[\"hf\"]}"
            + " `workload.submit||SECRET_MISSING|secret hf`",
        "POST /v1/workloads/MARKER/resubmissions {} workload.resubmit||WORKLOAD_NOT_FOUND|",
        "DELETE /v1/workloads/MARKER {} workload.terminate||WORKLOAD_NOT_FOUND|",
        "DELETE /v1/workloads/abcdefgh0123 {} workload.terminate|abcdefgh0123|WORKLOAD_NOT_FOUND|",
        "POST /v1/tokens {\"name\":\"!MARKER\",\"roles\":[\"admin\"]} token.create||INVALID|",
        "POST /v1/tokens {\"name\":\"admin\",\"roles\":[\"admin\"]} token.create|admin|TOKEN_EXISTS|",
        "DELETE /v1/hosts/sat_MARKER {} host.lose||HOST_NOT_FOUND|",
        "DELETE /v1/hosts/process {} host.lose|process|HOST_REACHABLE|",
        "DELETE /v1/tokens/sat_MARKER {} token.revoke||TOKEN_NOT_FOUND|",
      })
  void whatIsRefusedForItsFormOrByARule(String method, String path, String body, String row) {
    assertThat(
            rowsOf(
                () ->
                    admin.send(
                        method,
                        path.replace("MARKER", MARKER),
                        body.replace("MARKER", MARKER).getBytes(StandardCharsets.UTF_8))))
        .containsExactly(row);
  }

  @Test
  void aBundleThatATokenMayNotUseIsNamed() {
    Client runner = server.as("a-runner", Set.of(Role.RUNNER), "other");
    assertThat(
            rowsOf(
                () -> runner.post("/v1/workloads", Jobs.lasting("\"secrets\":[\"db\"]")).is(403)))
        .containsExactly("workload.submit||FORBIDDEN|secret db");
  }

  @Test
  void readsThatAreRefusedLeaveNothing() {
    assertThat(
            rowsOf(
                () -> {
                  admin.get("/v1/secrets/none").is(404);
                  admin.get("/v1/secrets?limit=0").is(400);
                  admin.get("/v1/workloads/none").is(404);
                  admin.get("/v1/workloads/none/logs").is(404);
                  admin.post("/v1/plans", "{}").is(400);
                  admin.with("sat_none").get("/v1/secrets").is(401);
                  admin.with("sat_none").delete("/v1/secrets/db").is(401);
                }))
        .isEmpty();
  }
}
