package dev.satchel.core.application;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * What people call a thing, and say of it.
 *
 * @param name null or empty where it is to be called by its id, or stays as it is
 * @param description null where there is none, or it stays as it is
 */
public record About(@Nullable String name, @Nullable String description) {
  public static final int NAME_MAX_CHARS = 256;
  public static final int DESCRIPTION_MAX_CHARS = 4096;

  /** Changes nothing. */
  public static final About SAME = new About(null, null);

  public About {
    check("name", name, NAME_MAX_CHARS);
    check("description", description, DESCRIPTION_MAX_CHARS);
  }

  private static void check(String field, @Nullable String text, int maxChars) {
    if (text != null && text.length() > maxChars) {
      throw new RefusedException(
              Reason.TOO_LARGE, field + " is at most " + maxChars + " characters.")
          .with("field", field);
    }
  }

  String nameOr(String other) {
    return name == null || name.isEmpty() ? other : name;
  }

  String descriptionOr(String other) {
    return description == null ? other : description;
  }
}
