package dev.satchel.core.secret;

import java.time.Instant;

/**
 * A data key as it is kept.
 *
 * @param id 16 hex digits of a hash under the key
 * @param masterId which master key wraps it: 16 hex digits of a hash under that one
 * @param wrapped the key, sealed under the master key
 * @param active whether new boxes are sealed under it; exactly one key is
 */
public record KeyRow(
    String id, String masterId, byte[] wrapped, boolean active, Instant createdAt) {
  @Override
  public String toString() {
    return "KeyRow[id=" + id + ", masterId=" + masterId + ", active=" + active + "]";
  }
}
