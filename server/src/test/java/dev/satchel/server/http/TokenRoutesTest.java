package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens over HTTP. */
final class TokenRoutesTest {
  @TempDir static Path directory;
  static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer create(String body) {
    return server.admin.post("/v1/tokens", body);
  }

  @Test
  void aTokenIsAnsweredOnceAndOpensWhatItsRolesAllow() {
    Answer created =
        create("{\"name\":\"ci\",\"roles\":[\"runner\",\"writer\"],\"uses\":[\"db\",\"aws\"]}")
            .is(201);
    assertThat(created.list("roles")).containsExactly("runner", "writer");
    assertThat(created.list("uses")).containsExactly("aws", "db");
    String token = created.get("token");
    server.admin.with(token).get("/v1/secrets").is(200);
    server.admin.with(token).get("/v1/tokens").is(403, "FORBIDDEN");
    Answer list = server.admin.get("/v1/tokens").is(200);
    assertThat(list.text()).doesNotContain(token).contains("\"uses\":[\"aws\",\"db\"]");
  }

  @Test
  void aRevokedTokenOpensNothingAndItsNameIsFree() {
    Answer created = create("{\"name\":\"brief\",\"roles\":[\"auditor\"]}").is(201);
    create("{\"name\":\"brief\",\"roles\":[\"auditor\"]}").is(409, "TOKEN_EXISTS").says("brief");
    Answer revoked = server.admin.delete("/v1/tokens/" + created.get("id")).is(200);
    assertThat(revoked.get("revoked_at")).isNotEmpty();
    server.admin.with(created.get("token")).get("/v1/secrets").is(401, "UNAUTHENTICATED");
    server.admin.delete("/v1/tokens/" + created.get("id")).is(404, "TOKEN_NOT_FOUND");
    assertThat(server.admin.get("/v1/tokens").text()).doesNotContain("\"brief\"");
    create("{\"name\":\"brief\",\"roles\":[\"auditor\"]}").is(201);
  }

  @Test
  void theLastAdminTokenIsNotRevoked() {
    String id = "";
    for (JsonNode item : server.admin.get("/v1/tokens?limit=1000").is(200).json().path("items")) {
      id = item.path("name").asText().equals("admin") ? item.path("id").asText() : id;
    }
    server
        .admin
        .delete("/v1/tokens/" + id)
        .is(409, "LAST_ADMIN_TOKEN")
        .says("satchel token create");
    server.admin.get("/v1/tokens").is(200);
  }

  @Test
  void anExpiryIsKeptToTheMicrosecondAndShown() {
    Answer created =
        create(
            "{\"name\":\"ends\",\"roles\":[\"auditor\"],\"expires_at\":\"2999-01-31T12:00:00.123456Z\"}");
    assertThat(created.is(201).get("expires_at")).isEqualTo("2999-01-31T12:00:00.123456Z");
    assertThat(server.admin.get("/v1/tokens").text()).contains("2999-01-31T12:00:00.123456Z");
  }

  @Test
  void theListIsPagedByName() {
    IntStream.range(0, 7)
        .forEach(i -> create("{\"name\":\"page" + i + "\",\"roles\":[\"auditor\"]}").is(201));
    List<String> names = new ArrayList<>();
    String next = "";
    do {
      Answer page = server.admin.get("/v1/tokens?limit=3" + next).is(200);
      page.json().path("items").forEach(item -> names.add(item.path("name").asText()));
      JsonNode token = page.json().path("next_page_token");
      next = token.isMissingNode() ? "" : "&page_token=" + token.asText();
    } while (!next.isEmpty());
    assertThat(names).isSorted().doesNotHaveDuplicates().contains("page0", "page6", "admin");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | name",
        "{\"name\":\"x\"} | roles",
        "{\"name\":\"x\",\"roles\":[]} | roles",
        "{\"name\":\"x\",\"roles\":\"admin\"} | roles",
        "{\"name\":\"x\",\"roles\":[\"MARKER\"]} | roles[0]",
        "{\"name\":\"x\",\"roles\":[\"admin\",3]} | roles[1]",
        "{\"name\":\"MARKER \",\"roles\":[\"admin\"]} | name",
        "{\"name\":\"\",\"roles\":[\"admin\"]} | name",
        "{\"name\":7,\"roles\":[\"admin\"]} | name",
        "{\"name\":\"x\",\"roles\":[\"runner\"],\"uses\":[\"ok\",\"MARKER!\"]} | uses[1]",
        "{\"name\":\"x\",\"roles\":[\"admin\"],\"expires_at\":\"MARKER\"} | expires_at",
        "{\"name\":\"x\",\"roles\":[\"admin\"],\"expires_at\":\"2001-01-01T00:00:00Z\"} | expires_at",
        "{\"name\":\"x\",\"roles\":[\"admin\"],\"expires_at\":\"+999999999-01-01T00:00:00Z\"} | expires_at",
        "{\"name\":\"x\",\"roles\":[\"admin\"],\"MARKER\":1} | the body, field 3",
      })
  void aBodyOfTheWrongFormIsRefusedByPlace(String body, String field) {
    create(body.replace("MARKER", MARKER)).isInvalid(field);
  }

  @Test
  void anUnknownFieldGetsASuggestion() {
    create("{\"name\":\"x\",\"role\":[\"admin\"]}")
        .isInvalid("the body, field 2")
        .says("Did you mean \"roles\"?", "name, roles, uses, expires_at");
  }

  @Test
  void anUnknownRoleIsAnsweredWithAllThereAre() {
    create("{\"name\":\"x\",\"roles\":[\"root\"]}")
        .isInvalid("roles[0]")
        .says("admin, writer, runner, revealer, auditor");
  }

  @Test
  void aWrongIdIsNotEchoed() {
    server
        .admin
        .delete("/v1/tokens/" + MARKER)
        .is(404, "TOKEN_NOT_FOUND")
        .says("satchel token list");
  }
}
