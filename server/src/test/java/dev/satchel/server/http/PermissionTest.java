package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Permission;
import dev.satchel.core.access.Role;
import dev.satchel.core.access.Tokens;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what: every role at every route, and every way of being nobody. */
final class PermissionTest {
  @TempDir static Path directory;
  static TestServer server;
  static final Map<Role, Client> CLIENTS = new EnumMap<>(Role.class);

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    for (Role role : Role.values()) {
      CLIENTS.put(role, server.as("the-" + role.word(), Set.of(role)));
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> everyRoleAtEveryRoute() {
    return new Contract()
        .operations.stream()
            .filter(operation -> !operation.permission().isEmpty())
            .flatMap(
                operation ->
                    Arrays.stream(Role.values())
                        .map(
                            role ->
                                DynamicTest.dynamicTest(
                                    role.word() + " " + operation.id(),
                                    () -> check(operation, role))));
  }

  private static void check(Contract.Operation operation, Role role) {
    Answer answer = ask(Objects.requireNonNull(CLIENTS.get(role)), operation);
    if (role.allows(Permission.valueOf(operation.permission()))) {
      assertThat(answer.status()).isNotIn(401, 403);
    } else if (operation.method().equals("head")) { // Without a body.
      answer.is(403);
    } else {
      answer.is(403, "FORBIDDEN").says(operation.permission());
    }
  }

  /** Asks for what is not there, so that whoever is allowed changes nothing. */
  private static Answer ask(Client client, Contract.Operation operation, String... headers) {
    String path = operation.path().replaceAll("\\{[a-z]+}", "nothing");
    boolean body = operation.json().has("requestBody");
    return client.send(
        operation.method().toUpperCase(Locale.ROOT),
        path,
        body ? "{}".getBytes(StandardCharsets.UTF_8) : null,
        headers);
  }

  @TestFactory
  Stream<DynamicTest> whoeverHasNoGoodTokenGetsOneAnswer() {
    Answer ours = server.admin.with("").get("/v1/secrets").is(401, "UNAUTHENTICATED");
    Answer theirs = server.admin.with("").get("/anycloud/v1/secrets").is(401, "UNAUTHORIZED");
    Answer empty = server.admin.with("").send("HEAD", "/v1/code/nothing", null).is(401);
    Map<String, String> headers = badHeaders();
    return new Contract()
        .operations.stream()
            .filter(operation -> !operation.permission().isEmpty())
            .map(
                operation ->
                    DynamicTest.dynamicTest(
                        operation.id(),
                        () -> {
                          Answer wanted =
                              operation.method().equals("head")
                                  ? empty
                                  : Anycloud.isOne(operation.path()) ? theirs : ours;
                          refused(wanted, ask(server.admin.with(""), operation), "none");
                          headers.forEach((how, header) -> refused(wanted, operation, how, header));
                        }));
  }

  private static void refused(
      Answer wanted, Contract.Operation operation, String how, String header) {
    refused(wanted, ask(server.admin.with(""), operation, "Authorization", header), how);
  }

  private static void refused(Answer wanted, Answer answer, String how) {
    assertThat(answer.status()).as(how).isEqualTo(401);
    assertThat(answer.text()).as(how).isEqualTo(wanted.text());
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
  }

  private static Map<String, String> badHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("empty", "Bearer ");
    headers.put("no scheme", MARKER);
    headers.put("another scheme", "Basic " + MARKER);
    headers.put("malformed", "Bearer " + MARKER);
    headers.put("long", "Bearer sat_" + "A".repeat(4000));
    headers.put("wrong", "Bearer sat_" + "A".repeat(43));
    headers.put("revoked", "Bearer " + revoked());
    headers.put("expired", "Bearer " + expired());
    return headers;
  }

  private static Actor owner() {
    return new Actor(Tokens.DEFAULT_WORKSPACE, "", "test", Set.of(Role.ADMIN), Set.of(), "");
  }

  private static String revoked() {
    var created = server.tokens.create(owner(), "revoked", Set.of(Role.ADMIN), Set.of(), null);
    server.admin.with(created.secret()).get("/v1/secrets").is(200);
    server.admin.delete("/v1/tokens/" + created.token().id()).is(200);
    return created.secret();
  }

  private static String expired() {
    Instant soon = Instant.now().plus(Duration.ofMinutes(5));
    var created = server.tokens.create(owner(), "expiring", Set.of(Role.ADMIN), Set.of(), soon);
    server.admin.with(created.secret()).get("/v1/secrets").is(200);
    server.advance(Duration.ofMinutes(6));
    return created.secret();
  }

  @Test
  void theSchemeIsReadInAnyCase() {
    String token =
        server.tokens.create(owner(), "anycase", Set.of(Role.ADMIN), Set.of(), null).secret();
    server.admin.with("").get("/v1/secrets", "Authorization", "bearer " + token).is(200);
  }

  @Test
  void aTokenInTheQueryOpensNothing() {
    String token =
        server.tokens.create(owner(), "query", Set.of(Role.ADMIN), Set.of(), null).secret();
    for (String name : List.of("token", "access_token", "authorization")) {
      String path = "/v1/secrets?" + name + "=" + token;
      server.admin.with("").get(path).is(401, "UNAUTHENTICATED");
      Answer answer = server.admin.get(path).isInvalid("query");
      assertThat(answer.text()).doesNotContain(token);
    }
  }

  @Test
  void whatIsOpenNeedsNoToken() {
    Client nobody = server.admin.with("");
    nobody.get("/healthz").is(200);
    nobody.get("/readyz").is(200);
    nobody.get("/openapi.json").is(200);
    nobody.get("/metrics").is(401, "UNAUTHENTICATED");
  }

  @Test
  void anotherWorkspacesThingsAreNotThere() {
    server.addWorkspace("other");
    Client other = server.as("other", "foreign", Set.of(Role.ADMIN));
    String body = "{\"values\":{\"A\":\"" + MARKER + "\"}}";
    other.put("/v1/secrets/foreign", body).is(201);
    other.put("/v1/secrets/both", body).is(201);
    server.admin.put("/v1/secrets/both", body).is(201);
    String job = Jobs.run(other, "\"secrets\":[\"foreign\"]", "\"name\":\"foreign\"");
    String tokenId = other.get("/v1/tokens").is(200).json().at("/items/0/id").asText();

    Client admin = server.admin;
    admin.get("/v1/secrets/foreign").is(404, "SECRET_NOT_FOUND");
    admin.delete("/v1/secrets/foreign?force=true").is(404, "SECRET_NOT_FOUND");
    admin
        .post("/v1/secrets/foreign/changes", "{\"unset\":[{\"type\":\"env\",\"location\":\"A\"}]}")
        .is(404, "SECRET_NOT_FOUND");
    assertThat(admin.get("/v1/secrets").text()).contains("both").doesNotContain("foreign");
    Answer like = admin.get("/v1/secrets/foreignx").is(404);
    assertThat(like.get("detail")).doesNotContain("Did you mean");
    admin
        .post("/v1/workloads", Jobs.lasting("\"secrets\":[\"foreign\"]"))
        .is(422, "SECRET_NOT_FOUND");

    admin.get("/v1/workloads/" + job).is(404, "WORKLOAD_NOT_FOUND");
    admin.get("/v1/workloads/" + job + "?wait_s=5").is(404, "WORKLOAD_NOT_FOUND");
    admin.get("/v1/workloads/" + job + "/logs").is(404, "WORKLOAD_NOT_FOUND");
    admin.delete("/v1/workloads/" + job).is(404, "WORKLOAD_NOT_FOUND");
    admin.post("/v1/workloads/" + job + "/resubmissions", "").is(404, "WORKLOAD_NOT_FOUND");
    assertThat(admin.get("/v1/workloads?name=foreign").list("items")).isEmpty();

    admin.delete("/v1/tokens/" + tokenId).is(404, "TOKEN_NOT_FOUND");
    assertThat(admin.get("/v1/tokens").text()).doesNotContain("foreign");
    other.get("/v1/secrets/foreign").is(200);
    assertThat(other.delete("/v1/secrets/both").is(200).get("revision")).isEqualTo("1");
    admin.get("/v1/secrets/both").is(200);
    Jobs.end(other, job);
  }

  @Test
  void aRunnerHandsOutOnlyTheBundlesItsTokenNames() {
    for (String name : List.of("mine", "theirs")) {
      server.admin.put("/v1/secrets/" + name, "{\"values\":{\"A\":\"" + MARKER + "\"}}").is(201);
    }
    Client runner = server.as("limited", Set.of(Role.RUNNER), "mine");
    String own = Jobs.run(runner, "\"secrets\":[\"mine\"]");
    Jobs.end(runner, Jobs.run(runner));
    for (String secrets : List.of("[\"theirs\"]", "[\"mine\",{\"name\":\"theirs\"}]")) {
      Answer refused = runner.post("/v1/workloads", Jobs.lasting("\"secrets\":" + secrets));
      refused.is(403, "FORBIDDEN").says("uses");
      assertThat(refused.get("name")).isEqualTo("theirs");
    }
    runner.get("/v1/workloads/" + own + "/logs").is(200);
    assertThat(
            runner
                .post("/v1/plans", Jobs.lasting("\"secrets\":[\"theirs\"]"))
                .is(200)
                .list("problems"))
        .singleElement()
        .asString()
        .contains("theirs");

    String others = Jobs.run(server.admin, "\"secrets\":[\"mine\",\"theirs\"]");
    runner.get("/v1/workloads/" + others).is(200);
    runner.get("/v1/workloads/" + others + "/logs").is(403, "FORBIDDEN");
    runner.delete("/v1/workloads/" + others).is(403, "FORBIDDEN");
    runner.post("/v1/workloads/" + others + "/resubmissions", "").is(403, "FORBIDDEN");
    assertThat(server.admin.get("/v1/workloads/" + others).get("state")).isEqualTo("running");
    Jobs.end(runner, own);
    Jobs.end(server.admin, others);
  }

  @Test
  void aRunnerIsNotToldWhetherABundleIsThereThatItMayNotUse() {
    Client runner = server.as("blind", Set.of(Role.RUNNER), "other");
    runner.post("/v1/workloads", Jobs.lasting("\"secrets\":[\"absent\"]")).is(403, "FORBIDDEN");
  }
}
