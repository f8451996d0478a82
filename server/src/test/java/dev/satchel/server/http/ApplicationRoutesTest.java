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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Applications and their secrets collections over HTTP. */
final class ApplicationRoutesTest {
  private static final String MARKER = TestServer.MARKER;
  private static final String APP = "/v1/applications/seed";
  private static final String SECRETS = APP + "/secrets";
  private static final String ONE = SECRETS + "/keys";
  private static final String BODY =
      "{\"id\":\"keys\",\"name\":\"Keys\",\"secrets\":["
          + secret("env", "KEY", MARKER)
          + ","
          + secret("file", "licenses/acme.lic", "")
          + "]}";

  @TempDir private Path directory;
  private TestServer server;
  private Client admin;

  @BeforeEach
  void start() {
    server = new TestServer(directory);
    admin = server.admin;
    admin.post("/v1/applications", "{\"id\":\"seed\",\"name\":\"Seed app\"}").is(201);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String secret(String type, String location, String value) {
    return "{\"type\":\""
        + type
        + "\",\"location\":\""
        + location
        + "\",\"value\":\""
        + value
        + "\"}";
  }

  @Test
  void noAnswerButTheRevealHasSecrets() {
    List<Answer> answers =
        List.of(
            admin.post(SECRETS, BODY).is(201),
            admin.get(SECRETS).is(200),
            admin.get(SECRETS + "?pagereturn=true").is(200),
            admin.put(ONE, BODY).is(200),
            admin.patch(ONE, "{\"name\":\"K\"}").is(200));
    assertThat(answers)
        .allSatisfy(
            answer -> assertThat(answer.text()).doesNotContain(MARKER, "secrets", "value", "KEY"));
    assertThat(admin.get(ONE).is(200).json().path("secrets").toString())
        .isEqualTo(
            "["
                + secret("env", "KEY", MARKER)
                + ","
                + secret("file", "licenses/acme.lic", "")
                + "]");
  }

  @Test
  void onlyWhoMayRevealGetsValuesAndEachRevealIsRecorded() {
    admin.post(SECRETS, BODY).is(201);
    for (Role role : Set.of(Role.WRITER, Role.RUNNER, Role.AUDITOR)) {
      Answer refused = server.as("a-" + role.word(), Set.of(role)).get(ONE).is(403, "FORBIDDEN");
      assertThat(refused.text()).doesNotContain(MARKER, "***", "KEY");
    }
    Client revealer = server.as("a-revealer", Set.of(Role.REVEALER));
    assertThat(revealer.get(ONE).is(200).text()).contains(MARKER);
    revealer.get(SECRETS).is(403, "FORBIDDEN");
    revealer.delete(ONE).is(403, "FORBIDDEN");
    assertThat(server.audited()).contains("collection.reveal|seed/keys|ok|");
    assertThat(server.audited())
        .filteredOn(row -> row.contains("reveal") && row.contains("FORBIDDEN"))
        .hasSize(3);
    assertThat(server.audited()).noneMatch(row -> row.contains(MARKER));
  }

  @Test
  void routesOfPlainBundlesDoNotKnowCollections() {
    admin.post(SECRETS, BODY).is(201);
    assertThat(admin.get("/v1/secrets").is(200).list("items")).isEmpty();
    admin.get("/v1/secrets/keys").is(404, "SECRET_NOT_FOUND");
    assertThat(admin.get("/v1/secrets/keyss").is(404).get("detail")).doesNotContain("\"keys\"");
    admin.delete("/v1/secrets/keys?force=true").is(404, "SECRET_NOT_FOUND");
    admin.post("/v1/workloads", Jobs.lasting("\"secrets\":[\"keys\"]")).is(422, "SECRET_NOT_FOUND");
    admin.put("/v1/secrets/keys", "{\"values\":{\"A\":\"" + MARKER + "\"}}").is(201);
    assertThat(admin.get(ONE).is(200).json().path("secrets")).hasSize(2);
    admin.put("/v1/secrets/plain", "{\"values\":{\"A\":\"" + MARKER + "\"}}").is(201);
    admin.get(SECRETS + "/plain").is(404, "COLLECTION_NOT_FOUND");
    assertThat(admin.get("/anycloud/v1/secrets").text()).contains("plain").doesNotContain("Keys");
  }

  @Test
  void whatARunHoldsIsNotDeletedAndNeitherIsItsApplication() {
    admin.post(SECRETS, BODY).is(201);
    server.hold("seed", "keys", "run1");
    for (String path : List.of(ONE, APP)) {
      Answer refused = admin.delete(path).is(409).says("run1");
      assertThat(refused.list("workload_ids")).containsExactly("run1");
    }
    server.release("run1");
    admin.delete(ONE).is(204);
    admin.get(ONE).is(404, "COLLECTION_NOT_FOUND");
    admin.post(SECRETS, BODY).is(201);
    admin.delete(APP).is(204);
    admin.get(APP).is(404, "APPLICATION_NOT_FOUND");
    admin.post("/v1/applications", "{\"id\":\"seed\"}").is(201);
    assertThat(admin.get(SECRETS).is(200).json().path("items")).isEmpty();
  }

  @Test
  void aPutReplacesTheWholeListAndAStaleOneIsRefused() {
    Answer created = admin.post(SECRETS, BODY).is(201);
    Answer put =
        admin.put(ONE, "{\"id\":\"x\",\"secrets\":[" + secret("env", "NEW", MARKER) + "]}").is(200);
    assertThat(put.get("created_at")).isEqualTo(created.get("created_at"));
    assertThat(put.get("updated_at")).isGreaterThan(created.get("updated_at"));
    assertThat(put.get("name")).isEqualTo("Keys");
    assertThat(server.audited())
        .contains("collection.write|seed/keys|ok|dropped env KEY, file licenses/acme.lic");
    String stale = ",\"updated_at\":\"" + created.get("updated_at") + "\"}";
    admin.put(ONE, "{\"secrets\":[]" + stale).is(409, "COLLECTION_CHANGED");
    admin.patch(ONE, "{\"name\":\"n\"" + stale).is(409, "COLLECTION_CHANGED");
    String fresh = ",\"updated_at\":\"" + put.get("updated_at").replace("Z", "+00:00") + "\"}";
    admin.put(ONE, "{\"secrets\":[]" + fresh).is(200);
    assertThat(admin.get(ONE).json().path("secrets")).isEmpty();
  }

  @Test
  void aPatchIsAllOrNothing() {
    admin.post(SECRETS, BODY).is(201);
    String update = "{\"op\":\"update\"," + secret("env", "KEY", "other").substring(1);
    String gone = "{\"op\":\"delete\",\"type\":\"env\",\"location\":\"GONE\"}";
    String create = "{\"op\":\"create\"," + secret("env", "KEY", "other").substring(1);
    admin
        .patch(ONE, "{\"operations\":[" + update + "," + gone + "]}")
        .is(409, "COLLECTION_CHANGED");
    admin.patch(ONE, "{\"operations\":[" + create + "]}").is(409, "COLLECTION_CHANGED");
    assertThat(admin.get(ONE).text()).contains(MARKER).doesNotContain("other");
    String drop = "{\"op\":\"delete\",\"type\":\"file\",\"location\":\"licenses/acme.lic\"}";
    admin.patch(ONE, "{\"operations\":[" + update + "," + drop + "]}").is(200);
    assertThat(admin.get(ONE).json().path("secrets").toString())
        .isEqualTo("[" + secret("env", "KEY", "other") + "]");
  }

  @ParameterizedTest
  @CsvSource({
    "file, /etc/passwd", "file, /run/secrets/x", "file, ../up", "file, a/../b", "file, ''",
    "env, 1A", "env, A-B", "env, ''", "other, A", "file, 'a//b'"
  })
  void aLocationOfAWrongFormIsRefused(String type, String location) {
    String body = "{\"id\":\"x\",\"secrets\":[" + secret(type, location, MARKER) + "]}";
    admin.post(SECRETS, body).is(400, "INVALID");
    admin.get(SECRETS + "/x").is(404);
  }

  @Test
  void repeatedEntriesIdsAndNamesOfAWrongFormAreRefused() {
    String twice = secret("env", "A", MARKER) + "," + secret("env", "A", MARKER);
    admin.post(SECRETS, "{\"id\":\"x\",\"secrets\":[" + twice + "]}").isInvalid("secrets[1]");
    String within = secret("file", "a", MARKER) + "," + secret("file", "a/b", MARKER);
    admin.post(SECRETS, "{\"id\":\"x\",\"secrets\":[" + within + "]}").isInvalid("secrets[1]");
    String both = secret("env", "A", MARKER) + "," + secret("file", "A", MARKER);
    admin.post(SECRETS, "{\"id\":\"x\",\"secrets\":[" + both + "]}").is(201);
    admin.post(SECRETS, "{\"id\":\"x\",\"secrets\":[]}").is(409, "COLLECTION_EXISTS").says("x");
    for (String id : List.of("", ".a", "-a", "a/b", "a b", "a".repeat(65))) {
      admin.post(SECRETS, "{\"id\":\"" + id + "\",\"secrets\":[]}").isInvalid("id");
    }
    String name = "{\"id\":\"y\",\"name\":\"" + "n".repeat(257) + "\"}";
    admin.post(SECRETS, name).is(413, "TOO_LARGE");
    admin.post("/v1/applications/none/secrets", BODY).is(404, "APPLICATION_NOT_FOUND");
  }

  @Test
  void aVersionNeedsAPushAndFreezesIt() {
    admin.post(APP + "/versions", "{\"id\":\"v1\"}").is(409, "NOTHING_PUSHED").says("push");
    admin.get(APP + "/instances/latest").is(404, "INSTANCE_NOT_FOUND");
    server.push("seed");
    assertThat(admin.get(APP).get("default_instance")).isEqualTo("latest");
    String frozen =
        admin
            .post(APP + "/versions", "{\"id\":\"v1\"}")
            .is(201)
            .json()
            .at("/executable/id")
            .asText();
    server.push("seed");
    Answer version = admin.get(APP + "/versions/v1").is(200);
    assertThat(version.json().at("/executable/id").asText()).isEqualTo(frozen);
    assertThat(version.get("name")).isEqualTo("v1");
    admin.get(APP + "/instances/latest").is(200);
    admin.get(APP + "/instances/devint").is(200);
    admin.post(APP + "/instances", "{\"id\":\"latest\",\"version_id\":\"v1\"}").isInvalid("id");
  }

  @Test
  void anInstanceIsConfiguredWholeAndItsReferencesMustBeThere() {
    server.push("seed");
    admin.post(APP + "/versions", "{\"id\":\"v1\"}").is(201);
    String instances = APP + "/instances";
    String with = "{\"id\":\"i\",\"version_id\":\"v1\",\"configuration\":";
    admin
        .post(instances, "{\"id\":\"i\",\"version_id\":\"v2\"}")
        .is(422, "REFERENCE_MISSING")
        .says("v2");
    admin
        .post(instances, with + "{\"secrets_collection_id\":\"keys\"}}")
        .is(422, "REFERENCE_MISSING");
    admin.post(instances, with + "{\"execution_class\":\"big\"}}").is(400).says("6c9500mb870s");
    admin.post(SECRETS, BODY).is(201);
    Answer made = admin.post(instances, with + "{\"secrets_collection_id\":\"keys\"}}").is(201);
    assertThat(made.json().path("configuration").toString())
        .isEqualTo("{\"execution_class\":\"6c9500mb870s\",\"secrets_collection_id\":\"keys\"}");
    admin.delete(APP + "/versions/v1").is(409, "VERSION_IN_USE").says("i");
    assertThat(
            admin
                .put(instances + "/i", with + "{}}")
                .is(200)
                .json()
                .path("configuration")
                .toString())
        .isEqualTo("{\"execution_class\":\"6c9500mb870s\"}");
    String read = admin.put(instances + "/i/lock", "{\"locked\":true}").is(200).text();
    admin.put(instances + "/i", "{\"name\":\"other\"}").is(409, "INSTANCE_LOCKED");
    admin.delete(instances + "/i").is(409, "INSTANCE_LOCKED");
    admin.put(instances + "/i", read).is(200);
    admin.put(instances + "/i/lock", "{\"locked\":false}").is(200);
    admin.delete(instances + "/i").is(204);
  }

  @Test
  void listsComeInBothShapes() {
    assertThat(admin.get("/v1/applications").json().isArray()).isTrue();
    Answer page = admin.get("/v1/applications?pagereturn=true").is(200);
    assertThat(page.json().at("/items/0/id").asText()).isEqualTo("seed");
    assertThat(page.json().path("next_page_token").isTextual()).isTrue();
    assertThat(admin.get(SECRETS).json().path("items").isArray()).isTrue();
    admin.get("/v1/applications?pagereturn=true&pagetoken=!").isInvalid("pagetoken");
    assertThat(admin.get(APP + "/experiments/batch?type=batch").json().isArray()).isTrue();
    assertThat(admin.get(APP).json().properties())
        .extracting(java.util.Map.Entry::getKey)
        .doesNotContain("client", "endpoint", "experiments_endpoint", "ensembles_endpoint");
  }
}
