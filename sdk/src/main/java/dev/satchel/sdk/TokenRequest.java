package dev.satchel.sdk;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token that is to be made. Handed to the function that a call takes, and of use within it only;
 * not thread-safe.
 */
public final class TokenRequest {
  private final List<String> roles = new ArrayList<>();
  private final List<String> uses = new ArrayList<>();
  private @Nullable Instant expiresAt; // Null for never.

  TokenRequest() {}

  /**
   * What it is for: at least one of {@code admin}, {@code writer}, {@code runner}, {@code
   * revealer}, {@code auditor}.
   *
   * @param names of roles
   * @return this
   */
  public TokenRequest roles(String... names) {
    roles.addAll(List.of(names));
    return this;
  }

  /**
   * The bundles that it may hand to workloads; an admin may hand over all.
   *
   * @param secrets names of bundles, which need not exist yet
   * @return this
   */
  public TokenRequest uses(String... secrets) {
    uses.addAll(List.of(secrets));
    return this;
  }

  /**
   * When it stops opening anything; never where this is not called.
   *
   * @param lifetime from now on
   * @return this
   */
  public TokenRequest expiresIn(Duration lifetime) {
    expiresAt = Instant.now().plus(lifetime);
    return this;
  }

  Map<String, Object> body(String name) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("roles", roles);
    if (!uses.isEmpty()) {
      body.put("uses", uses);
    }
    if (expiresAt != null) {
      body.put("expires_at", expiresAt);
    }
    return body;
  }

  @Override
  public String toString() {
    return "TokenRequest[roles=" + roles + "]";
  }
}
