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

/** Tokens as rows. Roles and uses stand in one column each, their words parted by blanks. */
final class TokenRows implements TokenStore {
  private static final String COLUMNS =
      "id, workspace, name, roles, uses, created_at, expires_at, last_used_at, revoked_at";

  private final Sql sql;

  TokenRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public void insert(Token token, byte[] hash) {
    sql.run(
        """
            INSERT INTO tokens (id, workspace, name, hash, roles, uses, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
        token.id(),
        token.workspace(),
        token.name(),
        hash,
        token.roles().stream().map(Role::word).sorted().collect(Collectors.joining(" ")),
        String.join(" ", token.uses()),
        Times.micros(token.createdAt()),
        Times.microsOrNull(token.expiresAt()));
  }

  @Override
  public Optional<Token> findByHash(byte[] hash) {
    return sql.first("SELECT " + COLUMNS + " FROM tokens WHERE hash = ?", row -> token(row), hash);
  }

  @Override
  public Optional<Token> find(String workspace, String id) {
    String query = "SELECT " + COLUMNS + " FROM tokens t WHERE workspace = ? AND id = ?";
    return sql.first(sql.dialect().held(query, "t"), row -> token(row), workspace, id);
  }

  @Override
  public List<Token> list(String workspace, String afterName, int limit) {
    return sql.list(
        "SELECT "
            + COLUMNS
            + """
                 FROM tokens
                WHERE workspace = ? AND name > ? AND revoked_at IS NULL
                ORDER BY name LIMIT ?
                """,
        row -> token(row),
        workspace,
        afterName,
        limit);
  }

  @Override
  public boolean nameTaken(String workspace, String name) {
    return sql.first(
            "SELECT 1 FROM tokens WHERE workspace = ? AND name = ? AND revoked_at IS NULL",
            row -> row.getInt(1),
            workspace,
            name)
        .isPresent();
  }

  @Override
  public boolean another(String workspace, Role role, String besidesId, Instant at) {
    String query =
        """
        SELECT 1 FROM tokens t
        WHERE workspace = ? AND id <> ? AND revoked_at IS NULL
          AND (expires_at IS NULL OR expires_at > ?)
          AND ' ' || roles || ' ' LIKE '% ' || ? || ' %'""";
    return sql.first(
            sql.dialect().held(query, "t"),
            row -> row.getInt(1),
            workspace,
            besidesId,
            Times.micros(at),
            role.word())
        .isPresent();
  }

  @Override
  public long count() {
    return sql.first("SELECT count(*) FROM tokens", row -> row.getLong(1)).orElseThrow();
  }

  @Override
  public void revoke(String id, Instant at) {
    sql.run("UPDATE tokens SET revoked_at = ? WHERE id = ?", Times.micros(at), id);
  }

  @Override
  public void used(String id, Instant at) {
    sql.run("UPDATE tokens SET last_used_at = ? WHERE id = ?", Times.micros(at), id);
  }

  @Override
  public int removeEndedBefore(Instant time, int limit) {
    return sql.change(
        """
        DELETE FROM tokens WHERE id IN (
          SELECT id FROM tokens WHERE revoked_at < ? OR expires_at < ? LIMIT ?)
        """,
        Times.micros(time),
        Times.micros(time),
        limit);
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
