package dev.satchel.core.workload;

import dev.satchel.core.RefusedException;

/**
 * A caller's word that a request with this key is the same request.
 *
 * @param bodyHash of the request's method, path and body
 */
public record IdempotencyKey(String value, byte[] bodyHash) {
  private static final int MAX_CHARS = 128;

  public IdempotencyKey {
    if (value.isEmpty()
        || value.length() > MAX_CHARS
        || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw RefusedException.invalid(
          "Idempotency-Key",
          "Idempotency-Key is 1 to " + MAX_CHARS + " printable ASCII characters without spaces.");
    }
  }

  @Override
  public String toString() {
    return "IdempotencyKey[" + value + "]";
  }
}
