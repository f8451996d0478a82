package dev.satchel.core.access;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is kept: without what it opens.
 *
 * @param uses names of bundles it may hand to workloads
 * @param expiresAt null where it does not
 * @param lastUsedAt to the minute; null where it never was
 * @param revokedAt null while it is good
 */
public record Token(
    String id,
    String workspace,
    String name,
    Set<Role> roles,
    Set<String> uses,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant revokedAt) {
  public Token {
    roles = Set.copyOf(roles);
    uses = Set.copyOf(uses);
  }

  /** The same token, revoked. */
  Token revoked(Instant at) {
    return new Token(id, workspace, name, roles, uses, createdAt, expiresAt, lastUsedAt, at);
  }

  public boolean opensAt(Instant now) {
    return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
  }
}
