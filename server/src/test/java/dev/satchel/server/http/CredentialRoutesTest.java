package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.access.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials over HTTP. */
final class CredentialRoutesTest {
  private static final String MARKER = TestServer.MARKER;
  private static final String GHCR =
      "{\"kind\":\"registry\",\"fields\":{\"server\":\"ghcr.io\",\"username\":\"me\",\"password\":\""
          + MARKER
          + "\"}}";

  @TempDir private Path directory;
  private TestServer server;

  @BeforeEach
  void start() {
    server = new TestServer(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aSecretFieldIsNeverAnsweredAndItsNameIs() {
    Answer written = server.admin.put("/v1/credentials/ghcr", GHCR).is(201);
    Answer shown = server.admin.get("/v1/credentials/ghcr").is(200);
    for (Answer answer : List.of(written, shown)) {
      assertThat(answer.text()).doesNotContain(MARKER);
      assertThat(answer.json().at("/fields/server").asText()).isEqualTo("ghcr.io");
      assertThat(answer.json().at("/redacted/0").asText()).isEqualTo("password");
    }
    assertThat(server.admin.get("/v1/credentials").is(200).text())
        .contains("ghcr.io")
        .doesNotContain(MARKER)
        .doesNotContain("password");
  }

  @Test
  void aWriteReplacesAllOfIt() {
    server.admin.put("/v1/credentials/c", GHCR).is(201);
    String account =
        "{\"kind\":\"cloud\",\"fields\":{\"region\":\"eu\",\"access_key\":\"" + MARKER + "\"}}";
    Answer replaced = server.admin.put("/v1/credentials/c", account).is(200);
    assertThat(replaced.json().path("revision").asInt()).isEqualTo(2);
    assertThat(replaced.json().path("kind").asText()).isEqualTo("cloud");
    assertThat(replaced.json().path("fields").toString()).isEqualTo("{\"region\":\"eu\"}");
    assertThat(replaced.json().path("redacted").toString()).isEqualTo("[\"access_key\"]");
  }

  @Test
  void whatTheKindDoesNotTakeIsRefusedByPlaceAndNotEchoed() {
    String path = "/v1/credentials/c";
    server.admin.put(path, "{\"kind\":\"" + MARKER + "\",\"fields\":{}}").isInvalid("kind");
    server.admin.put(path, "{\"kind\":\"docker\"}").isInvalid("fields");
    server
        .admin
        .put(path, "{\"kind\":\"docker\",\"fields\":{\"host\":\"h\",\"" + MARKER + "\":\"x\"}}")
        .isInvalid("fields, member 2");
    server
        .admin
        .put(path, "{\"kind\":\"registry\",\"fields\":{\"server\":\"s\",\"username\":\"u\"}}")
        .isInvalid("fields.password");
    server.admin.put("/v1/credentials/1c", GHCR).isInvalid("name");
    server.admin.get(path).is(404, "CREDENTIAL_NOT_FOUND");
  }

  private static final String ACCOUNT =
      "{\"kind\":\"cloud\",\"fields\":{\"runs_on\":\"gpu\",\"access_key\":\"" + MARKER + "\"}}";

  private static String docker(String host) {
    return "{\"kind\":\"docker\",\"fields\":{\"host\":\"" + host + "\"}}";
  }

  private static String job(String credentials) {
    return "{\"image\":\"ghcr.io/me/train:1\",\"command\":[\"sh\",\"-c\",\"sleep 60\"],"
        + "\"vm_type\":\"g6e.xlarge\",\"credentials\":\""
        + credentials
        + "\"}";
  }

  private String running(String credentials) {
    String id = server.admin.post("/v1/workloads", job(credentials)).is(202).get("id");
    Answer _ = Jobs.awaitState(server.admin, id, "running");
    return id;
  }

  @Test
  void oneThatAWorkloadUsesIsNotDeletedWithoutForce() {
    server.admin.put("/v1/credentials/gpu", docker("unix:///run/gpu.sock")).is(201);
    server.admin.put("/v1/credentials/my-aws", ACCOUNT).is(201);
    server.admin.put("/v1/credentials/ghcr", GHCR).is(201);
    String id = running("my-aws");
    String holders = "[\"" + id + "\"]";
    for (String name : List.of("gpu", "my-aws", "ghcr")) {
      String path = "/v1/credentials/" + name;
      Answer refused = server.admin.delete(path).is(409, "CREDENTIAL_IN_USE");
      assertThat(refused.json().path("workload_ids").toString()).isEqualTo(holders);
      assertThat(server.admin.get(path).json().path("used_by").toString()).isEqualTo(holders);
      Answer forced = server.admin.delete(path + "?force=true").is(200);
      assertThat(forced.json().path("workload_ids").toString()).isEqualTo(holders);
      server.admin.delete(path).is(404, "CREDENTIAL_NOT_FOUND");
    }
    Answer again =
        server
            .admin
            .post("/v1/workloads/" + id + "/resubmissions", "")
            .is(422, "CREDENTIAL_NOT_FOUND");
    assertThat(again.get("name")).isEqualTo("my-aws");
    assertThat(server.admin.get("/v1/workloads/" + id).get("state")).isEqualTo("running");
    server.admin.put("/v1/credentials/my-aws", ACCOUNT).is(201); // Held again, by its name.
    server.admin.delete("/v1/credentials/my-aws").is(409, "CREDENTIAL_IN_USE");
    Jobs.end(server.admin, id);
    server.admin.delete("/v1/credentials/my-aws").is(200);
  }

  @Test
  void whatAWorkloadRunsOnIsToldOfItAndOfItsPlan() {
    server.admin.put("/v1/credentials/gpu", docker("tcp://gpu.example:2376")).is(201);
    server.admin.put("/v1/credentials/my-aws", ACCOUNT).is(201);
    server.admin.put("/v1/credentials/ghcr", GHCR).is(201);
    Answer plan = server.admin.post("/v1/plans", job("my-aws")).is(200);
    assertThat(plan.list("problems")).isEmpty();
    assertThat(plan.get("credentials")).isEqualTo("my-aws");
    assertThat(plan.get("runs_on")).isEqualTo("gpu");
    assertThat(plan.get("registry_login")).isEqualTo("ghcr");
    String id = running("my-aws");
    Answer detail = server.admin.get("/v1/workloads/" + id).is(200);
    assertThat(detail.get("credentials")).isEqualTo("my-aws");
    assertThat(detail.json().path("unchecked").toString())
        .isEqualTo("{\"vm_type\":\"g6e.xlarge\"}");
    assertThat(server.admin.get("/v1/workloads").json().at("/items/0/credentials").asText())
        .isEqualTo("my-aws");
    Jobs.end(server.admin, id);
  }

  @Test
  void whatDoesNotServeIsRefusedByName() {
    server.admin.put("/v1/credentials/ghcr", GHCR).is(201);
    server.admin.put("/v1/credentials/my-aws", ACCOUNT).is(201);
    Answer absent =
        server.admin.post("/v1/workloads", job("absent")).is(422, "CREDENTIAL_NOT_FOUND");
    assertThat(absent.get("name")).isEqualTo("absent");
    Answer behind =
        server.admin.post("/v1/workloads", job("my-aws")).is(422, "CREDENTIAL_NOT_FOUND");
    assertThat(behind.get("name")).isEqualTo("gpu");
    Answer wrong =
        server.admin.post("/v1/workloads", job("ghcr")).is(409, "CREDENTIAL_INCOMPATIBLE");
    assertThat(List.of(wrong.get("name"), wrong.get("have"), wrong.get("want")))
        .containsExactly("ghcr", "registry", "cloud or docker");
    assertThat(server.admin.get("/v1/workloads").list("items")).isEmpty();
    assertThat(server.audited())
        .anyMatch(row -> row.endsWith("|CREDENTIAL_MISSING|credential absent"));
  }

  @Test
  void anAddressThatLeadsNowhereIsRefusedAtTheWrite() {
    String path = "/v1/credentials/c";
    server
        .admin
        .put(path, docker("ssh://me@h:2222"))
        .is(400, "INVALID")
        .says("ssh-keyscan -p 2222 h");
    for (String wrong :
        List.of(
            "h",
            "unix://x",
            "tcp://h",
            "tcp://me:" + MARKER + "@h:1",
            "http://h:1",
            "ssh://h",
            "ssh://me:" + MARKER + "@h",
            "ssh://me@h:0",
            "ssh://me@-oProxyCommand=x",
            "ssh://-me@h",
            "tcp://h:0",
            "tcp://h:99999",
            "tcp://-x:1")) {
      server.admin.put(path, docker(wrong)).isInvalid("fields.host");
    }
    for (String wrong : List.of("a b", "-", "ghcr.io:port")) {
      server.admin.put(path, GHCR.replace("ghcr.io", wrong)).isInvalid("fields.server");
    }
    server.admin.put(path, GHCR.replace("\"me\"", "\"m:e\"")).isInvalid("fields.username");
    server
        .admin
        .put(path, ACCOUNT.replace("\"gpu\"", "\"not a name\""))
        .isInvalid("fields.runs_on");
    server.admin.get(path).is(404, "CREDENTIAL_NOT_FOUND");
  }

  @Test
  void aRunnersTokenNamesTheCredentialsThatItMayUse() {
    server.admin.put("/v1/credentials/gpu", docker("unix:///run/gpu.sock")).is(201);
    server.admin.put("/v1/credentials/my-aws", ACCOUNT).is(201);
    Client without = server.as("without", Set.of(Role.RUNNER), "my-aws");
    without.post("/v1/workloads", job("my-aws")).is(403, "FORBIDDEN").says("credential/my-aws");
    String created =
        server
            .admin
            .post(
                "/v1/tokens",
                "{\"name\":\"with\",\"roles\":[\"runner\"],\"uses\":[\"credential/my-aws\"]}")
            .is(201)
            .get("token");
    Client with = server.admin.with(created);
    String id = with.post("/v1/workloads", job("my-aws")).is(202).get("id");
    without.get("/v1/workloads/" + id + "/logs").is(403, "FORBIDDEN");
    Jobs.end(with, id);
    server
        .admin
        .post("/v1/tokens", "{\"name\":\"n\",\"roles\":[\"runner\"],\"uses\":[\"credential/\"]}")
        .isInvalid("uses[0]");
  }
}
