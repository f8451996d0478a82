package dev.satchel.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token that was just made: the only answer that ever carries it.
 *
 * @param uses names of bundles that a token without the admin role may hand to workloads
 * @param token {@code sat_} and 43 characters; kept nowhere by the server
 */
public record TokenCreated(
    String id,
    String name,
    List<String> roles,
    List<String> uses,
    Instant createdAt,
    @Nullable Instant expiresAt,
    String token) {
  @Override
  public String toString() {
    return "TokenCreated[id=" + id + ", name=" + name + ", token=redacted]";
  }
}
