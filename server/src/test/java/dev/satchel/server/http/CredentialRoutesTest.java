package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
    for (Answer answer : java.util.List.of(written, shown)) {
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

  @Test
  void oneThatIsHeldIsNotDeletedWithoutForce() {
    server.admin.put("/v1/credentials/ghcr", GHCR).is(201);
    server.hold("ghcr", "w1");
    Answer refused = server.admin.delete("/v1/credentials/ghcr").is(409, "CREDENTIAL_IN_USE");
    assertThat(refused.json().path("workload_ids").toString()).isEqualTo("[\"w1\"]");
    assertThat(server.admin.get("/v1/credentials/ghcr").json().path("used_by").toString())
        .isEqualTo("[\"w1\"]");
    assertThat(
            server
                .admin
                .delete("/v1/credentials/ghcr?force=true")
                .is(200)
                .json()
                .path("workload_ids")
                .toString())
        .isEqualTo("[\"w1\"]");
    server.admin.delete("/v1/credentials/ghcr").is(404, "CREDENTIAL_NOT_FOUND");
  }
}
