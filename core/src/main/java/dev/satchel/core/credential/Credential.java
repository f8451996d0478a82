package dev.satchel.core.credential;

import dev.satchel.core.secret.BoxAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A credential without its secret fields.
 *
 * @param id random, never used again: one made anew under an old name has another
 * @param settings the fields that may be seen
 * @param revision counts writes from 1
 */
public record Credential(
    String id,
    String workspace,
    CredentialName name,
    CredentialKind kind,
    Map<String, String> settings,
    long revision,
    Instant createdAt,
    Instant updatedAt) {
  public Credential {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** A field that may be seen; empty where it has none. */
  public String setting(String field) {
    return settings.getOrDefault(field, "");
  }

  /** Where the box of one of its secret fields stands, at this revision. */
  BoxAddress addressOf(String field) {
    return new BoxAddress(workspace, "credential", id, revision, "field", field);
  }
}
