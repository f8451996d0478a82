package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.access.Role;
import dev.satchel.core.workload.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of Java methods, and the jars that they run. */
final class CallRoutesTest {
  private static final byte[] JAR = "PK of a kind".getBytes(UTF_8);

  @TempDir Path directory;
  private TestServer server;
  private Client admin;

  @BeforeEach
  void start() {
    server = new TestServer(directory);
    admin = server.admin;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String header(byte[] digest) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":";
  }

  /** Sends a jar; answers its digest. */
  static String sent(Client client, byte[] jar) {
    byte[] digest = sha256(jar);
    Answer kept = client.send("POST", "/v1/code", jar, "Content-Digest", header(digest)).is(201);
    assertThat(kept.get("sha256")).isEqualTo(HexFormat.of().formatHex(digest));
    return kept.get("sha256");
  }

  private static String function(String digest, String more) {
    return "{\"kind\":\"function\",\"java\":{\"class_path\":[\""
        + digest
        + "\"],\"main\":\"a.b.Main\",\"request\":\""
        + MARKER
        + "\""
        + more
        + "}}";
  }

  @Test
  void aJarIsKeptUnderItsDigestAlone() throws IOException {
    admin.send("POST", "/v1/code", JAR).is(400, "INVALID").says("Content-Digest");
    byte[] other = sha256("other".getBytes(UTF_8));
    admin
        .send("POST", "/v1/code", JAR, "Content-Digest", header(other))
        .is(400, "INVALID")
        .says("nothing was kept");
    String digest = HexFormat.of().formatHex(sha256(JAR));
    admin.send("HEAD", "/v1/code/" + HexFormat.of().formatHex(other), null).is(404);
    admin.send("HEAD", "/v1/code/" + digest, null).is(404);
    assertThat(sent(admin, JAR)).isEqualTo(digest);
    assertThat(sent(admin, JAR)).isEqualTo(digest);
    admin.send("HEAD", "/v1/code/" + digest, null).is(200);
    admin.send("HEAD", "/v1/code/../master.key", null).is(404);
    admin.send("HEAD", "/v1/code/" + digest.toUpperCase(java.util.Locale.ROOT), null).is(400);
    try (var left = Files.list(directory.resolve("jars").resolve("default"))) {
      assertThat(left.map(it -> it.getFileName().toString())).containsExactly(digest);
    }
  }

  @Test
  void onlyWhoMayRunWorkloadsSendsJars() {
    Client writer = server.as("writer", Set.of(Role.WRITER));
    writer
        .send("POST", "/v1/code", JAR, "Content-Digest", header(sha256(JAR)))
        .is(403, "FORBIDDEN");
    Client runner = server.as("runner", Set.of(Role.RUNNER));
    assertThat(sent(runner, JAR)).isNotEmpty();
  }

  @Test
  void aClassPathThatIsNotThereIsNamedAndNothingIsKept() throws IOException {
    String missing = HexFormat.of().formatHex(sha256("other".getBytes(UTF_8)));
    Answer refused = admin.post("/v1/workloads", function(missing, ""));
    refused.is(422, "CODE_NOT_FOUND");
    assertThat(refused.json().path("digests").path(0).asText()).isEqualTo(missing);
    assertThat(admin.get("/v1/workloads").is(200).json().path("items")).isEmpty();
    try (var left = Files.list(directory.resolve("calls"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aCallIsAWorkloadThatOnlyItsUsersOpen() {
    String digest = sent(admin, JAR);
    String id = admin.post("/v1/workloads", function(digest, ""), "Idempotency-Key", "k").get("id");
    assertThat(admin.post("/v1/workloads", function(digest, ""), "Idempotency-Key", "k").get("id"))
        .isEqualTo(id);
    Answer workload = admin.get("/v1/workloads/" + id).is(200);
    assertThat(workload.get("kind")).isEqualTo("function");
    assertThat(workload.text()).doesNotContain(MARKER);
    assertThat(workload.json().path("command").toString())
        .isEqualTo("[\"/usr/bin/java\",\"@.satchel/arguments\"]");
    assertThat(admin.get("/v1/calls/" + id).is(200).get("id")).isEqualTo(id);
    server.as("runner", Set.of(Role.RUNNER)).get("/v1/calls/" + id).is(403, "FORBIDDEN");
    String job = admin.post("/v1/workloads", "{\"command\":[\"true\"]}").is(202).get("id");
    admin.get("/v1/calls/" + job).is(404, "WORKLOAD_NOT_FOUND");
    assertThat(admin.get("/v1/workloads?kind=function").is(200).json().path("items")).hasSize(1);
  }

  @Test
  void whatIsNoCallIsRefusedByItsField() {
    String digest = sent(admin, JAR);
    refused("{\"kind\":\"function\"}", "java");
    refused("{\"command\":[\"true\"],\"java\":{\"request\":\"\"}}", "java");
    refused(function("../../master.key", ""), "java.class_path");
    refused(function(digest, ",\"options\":[\"-cp\"]"), "java.options");
    refused(function(digest, ",\"options\":[\"Main\"]"), "java.options");
    refused(function(digest, ",\"options\":[\"-Da=b\\nc\"]"), "java.options");
    refused(function(digest, "").replace("a.b.Main", "-version"), "java.main");
    refused(function(digest, "").replace("{\"kind\"", "{\"command\":[\"sh\"],\"kind\""), "command");
    refused(
        function(digest, "").replace("{\"kind\"", "{\"working_directory\":\"/\",\"kind\""),
        "working_directory");
    admin
        .post("/v1/workloads", function(digest, ",\"release\":26"))
        .is(422, "UNSUPPORTED")
        .says("compiled for Java 26");
  }

  private void refused(String body, String field) {
    Answer answer = admin.post("/v1/workloads", body).is(400, "INVALID");
    assertThat(answer.get("field")).isEqualTo(field);
  }

  @Test
  void onlyARunningObjectIsCalled() {
    String digest = sent(admin, JAR);
    String function = admin.post("/v1/workloads", function(digest, "")).is(202).get("id");
    String call = "{\"request\":\"{}\"}";
    admin.post("/v1/workloads/" + function + "/calls", call).is(404, "WORKLOAD_NOT_FOUND");
    String body = function(digest, "").replace("\"function\"", "\"cls\"");
    String id = admin.post("/v1/workloads", body).is(202).get("id");
    assertThat(admin.get("/v1/workloads/" + id).get("kind")).isEqualTo("cls");
    admin.post("/v1/workloads/" + id + "/calls", "{}").is(400, "INVALID");
    server
        .as("runner", Set.of(Role.RUNNER))
        .post("/v1/workloads/" + id + "/calls", call)
        .is(403, "FORBIDDEN");
    admin.delete("/v1/workloads/" + id).is(202);
    Jobs.awaitState(admin, id, "terminated");
    admin.post("/v1/workloads/" + id + "/calls", call).is(409, "ATTEMPT_NOT_RUNNING");
    admin.get("/v1/calls/" + id + ".7.abcdefghijkl").is(404, "CALL_NOT_FOUND");
  }

  @Test
  void whatNobodyUsesIsRemovedInTimeAndWhatIsUsedStays() throws IOException {
    String used = sent(admin, JAR);
    String unused = sent(admin, "another".getBytes(UTF_8));
    String id = admin.post("/v1/workloads", function(used, "")).is(202).get("id");
    server.advance(Duration.ofDays(31));
    server.calls.sweep();
    Path jars = directory.resolve("jars").resolve("default");
    assertThat(jars.resolve(unused)).doesNotExist();
    assertThat(jars.resolve(used)).exists();
    admin.delete("/v1/workloads/" + id).is(202);
    Jobs.awaitState(admin, id, "terminated");
    Path links = directory.resolve("calls").resolve(id).resolve("lib"); // Of a start that failed.
    Files.createDirectories(links);
    Files.createLink(links.resolve("0000.jar"), jars.resolve(used));
    server.calls.sweep();
    assertThat(links).as("it may be submitted again at this moment").exists();
    server.advance(Duration.ofDays(31).plusHours(2));
    server.calls.sweep();
    assertThat(links).doesNotExist();
    assertThat(links.resolveSibling("request")).exists();
    server.advance(Duration.ofDays(62));
    server.calls.sweep();
    assertThat(jars.resolve(used)).doesNotExist();
  }

  @Test
  void whatAnAttemptAnsweredIsRemovedOnceThatIsForgotten() throws IOException {
    String jar = sent(admin, "a third".getBytes(UTF_8));
    String id = admin.post("/v1/workloads", function(jar, "")).is(202).get("id");
    admin.delete("/v1/workloads/" + id).is(202);
    Jobs.awaitState(admin, id, "terminated");
    admin.post("/v1/workloads/" + id + "/resubmissions", "{}").is(202);
    Path first = directory.resolve("calls").resolve(id).resolve("answers-1");
    Path second = Files.createDirectories(first.resolveSibling("answers-2"));
    Files.writeString(Files.createDirectories(first).resolve("abcdefghijkl"), "1");
    server.advance(Duration.ofHours(2)); // So that no submit is on its way.
    server.calls.sweep();
    assertThat(first).exists();
    server.forget(new AttemptId(id, 1));
    server.calls.sweep();
    assertThat(first).doesNotExist();
    assertThat(second).exists();
  }
}
