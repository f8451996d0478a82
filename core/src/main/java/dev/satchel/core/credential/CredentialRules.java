package dev.satchel.core.credential;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.SecretValue;
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
  }
}
