package dev.satchel.server.store;

import dev.satchel.core.access.Role;
import dev.satchel.core.access.Token;
import dev.satchel.core.access.TokenStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Tokens as rows. Roles and uses stand in one column each, their words parted by blanks. */
final class TokenRows implements TokenStore {
  private static final String COLUMNS =
      "id, workspace, name, roles, uses, created_at, expires_at, last_used_at, revoked_at";

  private final Handle handle;

  TokenRows(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void insert(Token token, byte[] hash) {
    handle
        .createUpdate(
            """
            INSERT INTO tokens (id, workspace, name, hash, roles, uses, created_at, expires_at)
            VALUES (:id, :workspace, :name, :hash, :roles, :uses, :created, :expires)
            """)
        .bind("id", token.id())
        .bind("workspace", token.workspace())
        .bind("name", token.name())
        .bind("hash", hash)
        .bind(
            "roles",
            token.roles().stream().map(Role::word).sorted().collect(Collectors.joining(" ")))
        .bind("uses", String.join(" ", token.uses()))
        .bind("created", Times.micros(token.createdAt()))
        .bind("expires", Times.microsOrNull(token.expiresAt()))
        .execute();
  }

  @Override
  public Optional<Token> findByHash(byte[] hash) {
    return handle
        .createQuery("SELECT " + COLUMNS + " FROM tokens WHERE hash = :hash")
        .bind("hash", hash)
        .map((row, context) -> token(row))
        .findFirst();
  }

  @Override
  public Optional<Token> find(String workspace, String id) {
    return handle
        .createQuery("SELECT " + COLUMNS + " FROM tokens WHERE workspace = :workspace AND id = :id")
        .bind("workspace", workspace)
        .bind("id", id)
        .map((row, context) -> token(row))
        .findFirst();
  }

  @Override
  public List<Token> list(String workspace, String afterName, int limit) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + """
                 FROM tokens
                WHERE workspace = :workspace AND name > :after AND revoked_at IS NULL
                ORDER BY name LIMIT :limit
                """)
        .bind("workspace", workspace)
        .bind("after", afterName)
        .bind("limit", limit)
        .map((row, context) -> token(row))
        .list();
  }

  @Override
  public boolean nameTaken(String workspace, String name) {
    return handle
        .createQuery(
            "SELECT 1 FROM tokens WHERE workspace = :workspace AND name = :name AND revoked_at IS NULL")
        .bind("workspace", workspace)
        .bind("name", name)
        .mapTo(Integer.class)
        .findFirst()
        .isPresent();
  }

  @Override
  public long count() {
    return handle.createQuery("SELECT count(*) FROM tokens").mapTo(Long.class).one();
  }

  @Override
  public void revoke(String id, Instant at) {
    handle
        .createUpdate("UPDATE tokens SET revoked_at = :at WHERE id = :id")
        .bind("id", id)
        .bind("at", Times.micros(at))
        .execute();
  }

  @Override
  public void used(String id, Instant at) {
    handle
        .createUpdate("UPDATE tokens SET last_used_at = :at WHERE id = :id")
        .bind("id", id)
        .bind("at", Times.micros(at))
        .execute();
  }

  private static Token token(ResultSet row) throws SQLException {
    return new Token(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        words(row.getString(4)).stream()
            .map(word -> Role.of("roles", word))
            .collect(Collectors.toSet()),
        words(row.getString(5)),
        Times.instant(row, 6),
        Times.instantOrNull(row, 7),
        Times.instantOrNull(row, 8),
        Times.instantOrNull(row, 9));
  }

  private static Set<String> words(String text) {
    return Arrays.stream(text.split(" ", -1)).filter(w -> !w.isEmpty()).collect(Collectors.toSet());
  }
}
