package dev.satchel.core.credential;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a credential's fields must be. Messages name fields by place where a name may be a value.
 */
final class CredentialRules {
  static final int FIELDS_MAX = 32;
  static final int VALUES_MAX_BYTES = 256 * 1024;

  private static final Pattern FIELD = Pattern.compile("[a-z][a-z0-9_]{0,63}");

  private CredentialRules() {}

  static void check(CredentialKind kind, Map<String, SecretValue> fields) {
    if (fields.size() > FIELDS_MAX
        || fields.values().stream().mapToLong(SecretValue::sizeBytes).sum() > VALUES_MAX_BYTES) {
      throw new RefusedException(
              Reason.TOO_LARGE,
              "A credential has at most "
                  + FIELDS_MAX
                  + " fields, of "
                  + VALUES_MAX_BYTES
                  + " bytes together.")
          .with("field", "fields");
    }
    int position = 0;
    for (String field : fields.keySet()) {
      position++;
      if (!FIELD.matcher(field).matches() || !kind.takes(field)) {
        throw RefusedException.invalid(
            "fields, member " + position,
            "A credential of the kind "
                + kind.word()
                + " does not take the field that is member "
                + position
                + ". Its fields: "
                + kind.fields()
                + ".");
      }
    }
    for (String field : kind.needed()) {
      if (!fields.containsKey(field) || fields.get(field).sizeBytes() == 0) {
        throw RefusedException.invalid(
            "fields." + field,
            "A credential of the kind " + kind.word() + " needs the field " + field + ".");
      }
    }
    checkForms(kind, fields);
  }

  /** What is needed at a use is refused at the write. */
  private static void checkForms(CredentialKind kind, Map<String, SecretValue> fields) {
    switch (kind) {
      case REGISTRY -> {
        RegistryServer _ = RegistryServer.of(text(fields, "server"));
        checkUsername(text(fields, "username"));
      }
      case DOCKER -> HostRules.check(fields);
      case CLOUD -> {
        if (fields.containsKey("runs_on")) {
          HostRules.checkNames(text(fields, "runs_on"));
        }
      }
    }
  }

  /** A login's two parts stand in one text, parted by the first colon. */
  private static void checkUsername(String username) {
    if (username.chars().anyMatch(c -> c == ':' || Character.isISOControl(c))) {
      throw RefusedException.invalid(
          "fields.username", "A registry's username has no colon and no control character.");
    }
  }

  static String text(Map<String, SecretValue> fields, String field) {
    SecretValue value = fields.get(field);
    return value == null ? "" : new String(value.bytes(), StandardCharsets.UTF_8);
  }
}
