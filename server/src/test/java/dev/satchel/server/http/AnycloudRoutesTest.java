package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.access.Role;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.WorkloadState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The routes of anycloud's client: its words, and the rules of {@code /v1} behind them. */
final class AnycloudRoutesTest {
  private static final String SECRETS = Anycloud.PATH + "/secrets";
  private static final String WORKLOADS = Anycloud.PATH + "/workloads";
  private static final String CREDENTIALS = Anycloud.PATH + "/credentials";
  private static final String VALUES = "{\"values\":{\"A\":\"" + MARKER + "\"}}";
  private static final String AWS =
      "{\"cloudProvider\":\"AWS\",\"accessKeyId\":\""
          + MARKER
          + "\",\"secretAccessKey\":\""
          + MARKER
          + "\"}";

  @TempDir private Path directory;
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

  private static String job(String... members) {
    String more = members.length == 0 ? "" : "," + String.join(",", members);
    return "{\"image\":\"a/b:1\",\"command\":[\"sh\",\"-c\",\"sleep 60\"],\"cloudConfig\":{}"
        + more
        + "}";
  }

  private String submit(String... members) {
    String id = admin.post(WORKLOADS, job(members)).is(202).get("id");
    Jobs.awaitState(admin, id, "running");
    return id;
  }

  private String variable(String id, int attempt, String name) {
    byte[] value = server.containers.variable(new AttemptId(id, attempt), name);
    return new String(Objects.requireNonNull(value), StandardCharsets.UTF_8);
  }

  @Test
  void aBundleIsOneHereAndThere() {
    admin.put(SECRETS + "/hf", VALUES, "Content-Type", "application/json").is(204);
    assertThat(admin.get("/v1/secrets/hf").is(200).json().at("/entries/0/location").asText())
        .isEqualTo("A");
    JsonNode before = admin.get(SECRETS).is(200).json().path(0);
    admin.put(SECRETS + "/%68f", "{\"values\":{\"B\":\"1\"}}").is(204);
    JsonNode after = admin.get(SECRETS, "Content-Type", "application/json").is(200).json();
    assertThat(after).hasSize(1);
    assertThat(after.path(0).path("createdAt")).isEqualTo(before.path("createdAt"));
    assertThat(after.path(0).path("updatedAt").asLong())
        .isGreaterThanOrEqualTo(before.path("updatedAt").asLong());
    assertThat(admin.get("/v1/secrets/hf").json().path("entries")).hasSize(1);
    admin.delete(SECRETS + "/hf", "Content-Type", "application/json").is(204);
    admin.delete(SECRETS + "/hf").is(404, "SECRET_NOT_FOUND");
    assertThat(server.audited()).contains("secret.delete|hf|ok|");
  }

  @Test
  void theListHasAllBundlesHoweverMany() {
    for (int i = 0; i < 1001; i++) {
      admin.put(SECRETS + "/s" + i, "{\"values\":{\"A\":\"1\"}}").is(204);
    }
    assertThat(admin.get(SECRETS).is(200).json()).hasSize(1001);
  }

  @Test
  void aBundleInUseIsNotDeleted_andTheAnswerNamesWhoHoldsIt() {
    admin.put(SECRETS + "/hf", VALUES).is(204);
    String one = submit("\"secrets\":[\"hf\"]");
    String two = submit("\"secrets\":[\"hf\"]");
    Answer refused = admin.delete(SECRETS + "/hf").is(409, "SECRET_IN_USE");
    assertThat(refused.json().path("defined").asBoolean()).isTrue();
    assertThat(refused.json().at("/data/name").asText()).isEqualTo("hf");
    assertThat(refused.json().at("/data/workloadIds"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(one, two);
    admin.delete(SECRETS + "/hf?force=true").is(204);
    assertThat(admin.get(WORKLOADS + "/" + one).json().at("/workload/state").asText())
        .isEqualTo("running");
    Answer missing = admin.post(WORKLOADS, job("\"secrets\":[\"hf\"]"));
    missing.is(400, "WORKLOAD_ADMISSION_REJECTED").says("hf");
    assertThat(missing.json().path("data").toString())
        .isEqualTo("{\"reason\":\"SECRET_NOT_FOUND\",\"name\":\"hf\"}");
    Answer again = admin.post(WORKLOADS + "/" + two + "/resubmissions", "{}");
    again.is(400, "WORKLOAD_MANAGEMENT_REQUEST_INVALID").says("hf");
    assertThat(again.json().at("/data/name").asText()).isEqualTo("hf");
  }

  @Test
  void envWinsOverSecretsAndALaterSecretOverAnEarlier() {
    admin.put(SECRETS + "/one", "{\"values\":{\"A\":\"1\",\"B\":\"1\",\"C\":\"1\"}}").is(204);
    admin.put(SECRETS + "/two", "{\"values\":{\"A\":\"2\",\"B\":\"2\"}}").is(204);
    String id = submit("\"secrets\":[\"one\",\"two\"]", "\"env\":{\"A\":\"e\"}");
    assertThat(List.of(variable(id, 1, "A"), variable(id, 1, "B"), variable(id, 1, "C")))
        .containsExactly("e", "2", "1");
    JsonNode status = admin.get(WORKLOADS + "/" + id).is(200).json();
    assertThat(status.at("/workload/secretNames").toString()).isEqualTo("[\"one\",\"two\"]");
    assertThat(status.at("/workload/dockerCommand").asText())
        .isEqualTo("docker run --env-file secrets.env --env A=e a/b:1 sh -c 'sleep 60'");
    assertThat(status.path("env").toString()).isEqualTo("{\"A\":\"e\"}");
    admin.put(SECRETS + "/two", "{\"values\":{\"B\":\"3\"}}").is(204);
    assertThat(variable(id, 1, "B")).isEqualTo("2");
    admin.post(WORKLOADS + "/" + id + "/resubmissions", "{}").is(202);
    Jobs.awaitAttempt(admin, id, 2);
    assertThat(variable(id, 2, "B")).isEqualTo("3");
    assertThat(variable(id, 2, "A")).isEqualTo("e");
  }

  @Test
  void whatIsAskedForReachesTheWorkload() {
    String id =
        submit(
            "\"gpuType\":\"h100:8\"",
            "\"timeLimit\":90",
            "\"workloadType\":\"job\"",
            "\"session\":\"s\"",
            "\"dockerOptions\":{\"cpus\":\"1.5\",\"memory\":\"1g\",\"privileged\":false}");
    JsonNode ours = admin.get("/v1/workloads/" + id).json();
    assertThat(ours.at("/container/gpu").asText()).isEqualTo("h100:8");
    assertThat(ours.at("/container/cpus").asText()).isEqualTo("1.5");
    assertThat(ours.at("/container/memory_mib").asInt()).isEqualTo(1024);
    assertThat(ours.path("timeout_s").asInt()).isEqualTo(90);
    JsonNode theirs = admin.get(WORKLOADS + "/" + id).json().path("workload");
    assertThat(theirs.path("gpuType").asText()).isEqualTo("h100:8");
    assertThat(theirs.path("dockerOptions").toString())
        .isEqualTo("{\"cpus\":\"1.5\",\"memory\":\"1024m\"}");
    String cloud =
        "{\"vmType\":[\"g6e\"],\"region\":\"eu\",\"spot\":true,\"cloudProvider\":\"Local\"}";
    String spot =
        admin.post(WORKLOADS, "{\"image\":\"a\",\"cloudConfig\":" + cloud + "}").is(202).get("id");
    JsonNode labels = admin.get(WORKLOADS + "/" + spot).json().path("workload");
    assertThat(labels.path("vmType").asText()).isEqualTo("g6e");
    assertThat(labels.path("region").asText()).isEqualTo("eu");
    assertThat(labels.path("spot").asBoolean()).isTrue();
    assertThat(labels.path("command").isNull()).isTrue();
  }

  /** What is sent besides image and cloudConfig, and the field that the refusal names. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"deployment\":\"pool\" | deployment",
        "\"id\":\"mine\" | id",
        "\"mounts\":[] | mounts",
        "\"nodePool\":\"p\" | nodePool",
        "\"nodes\":2 | nodes",
        "\"gpusPerNode\":2 | gpusPerNode",
        "\"launch\":\"distributed\" | launch",
        "\"resumable\":true | resumable",
        "\"workloadType\":\"service\" | workloadType",
        "\"inputStorageCredentialName\":\"c\" | inputStorageCredentialName",
        "\"timeout\":1 | timeout",
        "\"gpuType\":[\"h100\",\"a100\"] | gpuType",
        "\"gpuType\":\"MARKER MARKER\" | gpuType",
        "\"gpuType\":5 | gpuType",
        "\"timeLimit\":0 | timeLimit",
        "\"timeLimit\":\"1h\" | timeLimit",
        "\"secrets\":[{\"name\":\"x\"}] | secrets[0]",
        "\"secrets\":\"x\" | secrets",
        "\"secrets\":[\"1x\"] | secrets[0]",
        "\"env\":{\"A\":1} | env, member 1",
        "\"env\":{\"A=\":\"MARKER\"} | env, member 1",
        "\"command\":\"MARKER\" | command",
        "\"dockerOptions\":{\"binds\":[\"/:/host\"]} | dockerOptions.binds",
        "\"dockerOptions\":{\"privileged\":true} | dockerOptions.privileged",
        "\"dockerOptions\":{\"network\":\"host\"} | dockerOptions.network",
        "\"dockerOptions\":{\"cpus\":\"MARKER\"} | dockerOptions.cpus",
        "\"dockerOptions\":{\"cpus\":\"0\"} | dockerOptions.cpus",
        "\"dockerOptions\":{\"memory\":\"1000\"} | dockerOptions.memory",
        "\"dockerOptions\":{\"memory\":\"1m\"} | dockerOptions.memory",
        "\"dockerOptions\":{\"gpus\":\"device=0\"} | dockerOptions.gpus",
        "\"gpuType\":\"h100\",\"dockerOptions\":{\"gpus\":\"all\"} | dockerOptions.gpus",
        "\"cloudConfig\":{\"cloudProvider\":\"AWS\"} | cloudConfig.cloudProvider",
        "\"cloudConfig\":{\"credentials\":{\"apiKey\":\"MARKER\"}} | cloudConfig.credentials",
        "\"cloudConfig\":{\"inputBucket\":\"b\"} | cloudConfig.inputBucket",
        "\"cloudConfig\":{\"diskSizeGb\":5} | cloudConfig.diskSizeGb",
        "\"cloudConfig\":{\"availabilityZone\":\"a\"} | cloudConfig.availabilityZone",
        "\"cloudConfig\":{\"maxVmCount\":2} | cloudConfig.maxVmCount",
        "\"cloudConfig\":{\"vmType\":[\"a\",\"b\"]} | cloudConfig.vmType",
        "\"cloudConfig\":{\"spot\":\"MARKER\"} | cloudConfig.spot",
        "\"cloudConfig\":{\"MARKER\":1} | cloudConfig, field 1",
        "\"MARKER\":1 | the body, field 2",
      })
  void whatCannotBeCarriedOutIsRefusedByName(String members, String field) {
    String sent = members.strip().replace("MARKER", MARKER);
    String cloud = sent.contains("cloudConfig") ? "" : ",\"cloudConfig\":{}";
    Answer refused = admin.post(WORKLOADS, "{\"image\":\"a\"," + sent + cloud + "}");
    refused.is(400, "WORKLOAD_ADMISSION_REJECTED");
    assertThat(refused.json().at("/data/field").asText()).as(refused.text()).isEqualTo(field);
    assertThat(refused.get("message")).hasSizeGreaterThan(15);
    assertThat(admin.get(WORKLOADS).json()).isEmpty();
  }

  @Test
  void imageAndCloudConfigAreNeeded() {
    for (String field : List.of("image", "cloudConfig")) {
      String body = field.equals("image") ? "{\"cloudConfig\":{}}" : "{\"image\":\"a\"}";
      Answer refused = admin.post(WORKLOADS, body).is(400, "WORKLOAD_ADMISSION_REJECTED");
      assertThat(refused.json().at("/data/field").asText()).isEqualTo(field);
    }
  }

  @Test
  void theLogIsToldToWhoMayReadItAndMasked() {
    admin.put(SECRETS + "/hf", VALUES).is(204);
    String body =
        "{\"image\":\"a\",\"cloudConfig\":{},\"command\":[\"sh\",\"-c\",\"echo done; exit 3\"]}";
    String id = admin.post(WORKLOADS, body).is(202).get("id");
    Jobs.awaitState(admin, id, "errored");
    JsonNode status = admin.get(WORKLOADS + "/" + id + "?verbose=true").is(200).json();
    assertThat(status.at("/vms/0/container/logs").asText()).isEqualTo("done\n");
    assertThat(status.at("/vms/0/container/exitCode").asInt()).isEqualTo(3);
    assertThat(status.path("status").asText()).isEqualTo("down");
    assertThat(status.at("/workload/completedAt").asLong()).isPositive();
    assertThat(admin.get(WORKLOADS + "/" + id).json().at("/vms/0/container").has("logs")).isFalse();
    String running = submit("\"secrets\":[\"hf\"]");
    server.containers.print(
        new AttemptId(running, 1), ("a " + MARKER + " b\n").getBytes(StandardCharsets.UTF_8));
    assertThat(
            admin
                .get(WORKLOADS + "/" + running + "?verbose=true")
                .json()
                .at("/vms/0/container/logs")
                .asText())
        .isEqualTo("a *** b\n");
    Client auditor = server.as("auditor", Set.of(Role.AUDITOR));
    auditor.get(WORKLOADS + "/" + running).is(200);
    auditor.get(WORKLOADS + "/" + running + "?verbose=true").is(403, "FORBIDDEN");
    Client runner = server.as("runner", Set.of(Role.RUNNER), "other");
    runner.get(WORKLOADS + "/" + running + "?verbose=true").is(403, "FORBIDDEN");
    runner.post(WORKLOADS, job("\"secrets\":[\"hf\"]")).is(403, "FORBIDDEN").says("hf");
  }

  @Test
  void theListTellsOfAllAndTakesTheFiltersItKnows() {
    String id = submit();
    String process = Jobs.run(admin);
    JsonNode all = admin.get(WORKLOADS).is(200).json();
    assertThat(all).extracting(row -> row.path("id").asText()).containsExactly(process, id);
    assertThat(all.path(0).path("dockerCommand").asText()).isEqualTo("env sh -c 'sleep 60'");
    assertThat(all.path(0).path("isOwnedByCaller").asBoolean()).isTrue();
    assertThat(admin.get(WORKLOADS + "?limit=1").json()).hasSize(1);
    assertThat(admin.get(WORKLOADS + "?status=running,queued").json()).hasSize(2);
    assertThat(admin.get(WORKLOADS + "?status=syncing").json()).isEmpty();
    assertThat(admin.get(WORKLOADS + "?workloadType=service").json()).isEmpty();
    assertThat(admin.get(WORKLOADS + "?workloadType=job").json()).hasSize(2);
    assertThat(admin.get(WORKLOADS + "?sinceMs=99999999999999").json()).isEmpty();
    for (String query : List.of("status=" + MARKER, "limit=0", "session=s", "filter=x")) {
      admin.get(WORKLOADS + "?" + query).is(400, "WORKLOAD_MANAGEMENT_REQUEST_INVALID");
    }
  }

  @Test
  void terminateIsARequestAndAnUnknownIdIsNotThere() {
    String id = submit();
    assertThat(admin.delete(WORKLOADS + "/" + id).is(202).get("message")).isNotEmpty();
    Jobs.awaitState(admin, id, "terminated");
    JsonNode status = admin.get(WORKLOADS + "/" + id).json();
    assertThat(status.path("events")).last().matches(e -> e.toString().contains("TERMINATED"));
    assertThat(admin.get(WORKLOADS + "/" + id + "?eventsLimit=1").json().path("events")).hasSize(1);
    for (String method : List.of("GET", "DELETE")) {
      Answer absent = admin.send(method, WORKLOADS + "/nothing", null);
      absent.is(404, "WORKLOAD_MANAGEMENT_NOT_FOUND");
    }
    admin.post(WORKLOADS + "/nothing/resubmissions", "{}").is(404, "WORKLOAD_MANAGEMENT_NOT_FOUND");
    Answer timeout = admin.post(WORKLOADS + "/" + id + "/resubmissions", "{\"timeout\":5}");
    timeout.is(400, "WORKLOAD_MANAGEMENT_REQUEST_INVALID");
    assertThat(timeout.json().at("/data/field").asText()).isEqualTo("timeout");
  }

  @Test
  void aKeyMakesASubmitOne() {
    String first = admin.post(WORKLOADS, job(), "Idempotency-Key", "k").is(202).get("id");
    String again = admin.post(WORKLOADS, job(), "Idempotency-Key", "k").is(202).get("id");
    assertThat(again).isEqualTo(first);
    admin
        .post(WORKLOADS, job("\"timeLimit\":5"), "Idempotency-Key", "k")
        .is(409, "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void accountsAreKeptAndNeverTold() {
    admin.put(CREDENTIALS + "/my-aws", AWS).is(204);
    Answer exists = admin.put(CREDENTIALS + "/my-aws", AWS).is(409, "CREDENTIAL_NAME_EXISTS");
    assertThat(exists.json().path("data").toString()).isEqualTo("{\"name\":\"my-aws\"}");
    admin.put(CREDENTIALS + "/my-aws?overwrite=true", AWS).is(204);
    assertThat(admin.get(CREDENTIALS + "/my-aws").is(200).text())
        .isEqualTo("{\"name\":\"my-aws\",\"cloudProvider\":\"AWS\"}");
    JsonNode ours = admin.get("/v1/credentials/my-aws").json();
    assertThat(ours.path("kind").asText()).isEqualTo("cloud");
    assertThat(ours.path("redacted").toString()).contains("access_key_id", "secret_access_key");
    admin
        .put(
            "/v1/credentials/box",
            "{\"kind\":\"docker\",\"fields\":{\"host\":\"tcp://127.0.0.1:2375\"}}")
        .is(201);
    assertThat(admin.get(CREDENTIALS).is(200).json()).hasSize(1);
    admin.get(CREDENTIALS + "/box").is(404, "CREDENTIAL_NOT_FOUND");
    String submitted = "{\"image\":\"image\",\"cloudConfig\":{},\"credentialName\":\"my-aws\"}";
    String id =
        admin.post(Anycloud.PATH + "/workloads", submitted).is(202).json().path("id").asText();
    Answer held = admin.delete(CREDENTIALS + "/my-aws").is(409, "CREDENTIAL_IN_USE");
    assertThat(held.json().at("/data/name").asText()).isEqualTo("my-aws");
    assertThat(held.json().at("/data/workloadIds").toString()).isEqualTo("[\"" + id + "\"]");
    admin.delete(CREDENTIALS + "/my-aws?force=true").is(204);
    admin.get(CREDENTIALS + "/my-aws").is(404, "CREDENTIAL_NOT_FOUND");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | cloudProvider",
        "{\"cloudProvider\":\"MARKER\"} | cloudProvider",
        "{\"cloudProvider\":\"AWS\",\"accessKeyId\":\"MARKER\"} | secretAccessKey",
        "{\"cloudProvider\":\"Lambda\",\"apiKey\":\"\"} | apiKey",
        "{\"cloudProvider\":\"Lambda\",\"apiKey\":\"x\",\"secret\":\"MARKER\"} | the body, field 3",
        "{\"cloudProvider\":\"Cloudflare\",\"accountId\":\"a\",\"apiToken\":\"MARKER\",\"jurisdiction\":\"MARKER\"} | jurisdiction",
      })
  void accountsOfAnotherFormAreRefusedByName(String body, String field) {
    Answer refused = admin.put(CREDENTIALS + "/c", body.strip().replace("MARKER", MARKER)).is(400);
    assertThat(refused.json().at("/data/field").asText()).as(refused.text()).isEqualTo(field);
    admin.get(CREDENTIALS + "/c").is(404);
  }

  @Test
  void everyErrorHasTheClientsForm() {
    Client nobody = admin.with("");
    Client auditor = server.as("auditor", Set.of(Role.AUDITOR));
    String big = "{\"values\":{\"A\":\"" + "x".repeat(131_072) + "\"}}";
    List<Answer> answers =
        List.of(
            nobody.get(SECRETS).is(401, "UNAUTHORIZED"),
            auditor.put(SECRETS + "/a", VALUES).is(403, "FORBIDDEN"),
            admin.get("/anycloud/v1/buckets").is(404, "NO_SUCH_ROUTE"),
            admin.get("/anycloud/" + MARKER).is(404, "NO_SUCH_ROUTE"),
            admin.post(SECRETS, "{}").is(405, "METHOD_NOT_ALLOWED"),
            admin.send("HEAD", SECRETS, null).is(405),
            admin.put(SECRETS + "/a", big).is(413, "TOO_LARGE"),
            admin.put(SECRETS + "/a", "{\"values\":{}}").is(400, "INVALID"),
            admin.put(SECRETS + "/a", "{\"values\":{\"A\":1}}").is(400, "INVALID"),
            admin.put(SECRETS + "/a", MARKER).is(400, "INVALID"),
            admin.put(SECRETS + "/1a", VALUES).is(400, "INVALID"),
            admin.put(SECRETS + "/a%2Fb", VALUES).is(400, "INVALID"),
            admin.delete(SECRETS + "/a?force=maybe").is(400, "INVALID"),
            admin.delete(SECRETS + "/a?forse=true").is(400, "INVALID"),
            admin
                .get(SECRETS, Anycloud.VERSION_HEADER, "0.1.69")
                .is(400, "CLIENT_VERSION_MISMATCH"));
    for (Answer answer : answers) {
      if (!answer.text().isEmpty()) {
        JsonNode error = answer.json();
        assertThat(Set.of("defined", "code", "status", "message", "data"))
            .containsAll(() -> error.fieldNames());
        assertThat(error.path("status").asInt()).isEqualTo(answer.status());
        boolean defined =
            Set.of("UNAUTHORIZED", "FORBIDDEN", "CLIENT_VERSION_MISMATCH")
                .contains(answer.get("code"));
        assertThat(error.path("defined").asBoolean()).as(answer.text()).isEqualTo(defined);
      }
    }
    admin.get(SECRETS, Anycloud.VERSION_HEADER, Anycloud.VERSION).is(200);
    admin.get(SECRETS, "AnyCloud-GitHub-Token", MARKER).is(200);
  }

  @Test
  void theClientKnowsEveryState() {
    assertThat(AnycloudStatus.STATES)
        .containsAll(Arrays.stream(WorkloadState.values()).map(WorkloadState::word).toList());
  }
}
