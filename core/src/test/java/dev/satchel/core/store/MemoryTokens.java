package dev.satchel.core.store;

import dev.satchel.core.access.Role;
import dev.satchel.core.access.Token;
import dev.satchel.core.access.TokenStore;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tokens in memory. */
final class MemoryTokens implements TokenStore {
  private record Row(Token token, byte[] hash) {}

  private final Map<String, Row> rows = new HashMap<>();

  MemoryTokens copy() {
    MemoryTokens copy = new MemoryTokens();
    copy.rows.putAll(rows);
    return copy;
  }

  @Override
  public void insert(Token token, byte[] hash) {
    if (nameTaken(token.workspace(), token.name()) || findByHash(hash).isPresent()) {
      throw new IllegalStateException("the token's name or hash is taken");
    }
    MemoryTx.add(rows, token.id(), new Row(token, hash.clone()));
  }

  @Override
  public Optional<Token> findByHash(byte[] hash) {
    return rows.values().stream()
        .filter(row -> Arrays.equals(row.hash(), hash))
        .map(Row::token)
        .findFirst();
  }

  @Override
  public Optional<Token> find(String workspace, String id) {
    return Optional.ofNullable(rows.get(id))
        .map(Row::token)
        .filter(token -> token.workspace().equals(workspace));
  }

  @Override
  public List<Token> list(String workspace, String afterName, int limit) {
    return good(workspace)
        .filter(token -> token.name().compareTo(afterName) > 0)
        .sorted(Comparator.comparing(Token::name))
        .limit(limit)
        .toList();
  }

  @Override
  public boolean nameTaken(String workspace, String name) {
    return good(workspace).anyMatch(token -> token.name().equals(name));
  }

  @Override
  public boolean another(String workspace, Role role, String besidesId, Instant at) {
    return good(workspace)
        .filter(token -> !token.id().equals(besidesId) && token.roles().contains(role))
        .anyMatch(token -> token.opensAt(at));
  }

  @Override
  public long count() {
    return rows.size();
  }

  @Override
  public void revoke(String id, Instant at) {
    change(
        id,
        t ->
            new Token(
                t.id(),
                t.workspace(),
                t.name(),
                t.roles(),
                t.uses(),
                t.createdAt(),
                t.expiresAt(),
                t.lastUsedAt(),
                at));
  }

  @Override
  public void used(String id, Instant at) {
    change(
        id,
        t ->
            new Token(
                t.id(),
                t.workspace(),
                t.name(),
                t.roles(),
                t.uses(),
                t.createdAt(),
                t.expiresAt(),
                at,
                t.revokedAt()));
  }

  @Override
  public int removeEndedBefore(Instant time, int limit) {
    List<String> ended =
        rows.values().stream()
            .map(Row::token)
            .filter(t -> isBefore(t.revokedAt(), time) || isBefore(t.expiresAt(), time))
            .map(Token::id)
            .limit(limit)
            .toList();
    rows.keySet().removeAll(ended);
    return ended.size();
  }

  private static boolean isBefore(@Nullable Instant at, Instant time) {
    return at != null && at.isBefore(time);
  }

  private void change(String id, UnaryOperator<Token> change) {
    var _ = rows.computeIfPresent(id, (_, row) -> new Row(change.apply(row.token()), row.hash()));
  }

  private Stream<Token> good(String workspace) {
    return rows.values().stream()
        .map(Row::token)
        .filter(token -> token.workspace().equals(workspace) && token.revokedAt() == null);
  }
}
