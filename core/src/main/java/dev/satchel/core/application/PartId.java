package dev.satchel.core.application;

import dev.satchel.core.RefusedException;
import java.util.regex.Pattern;

/** The id of a version, an instance or a collection, unique among those of its application. */
public record PartId(String value) implements Comparable<PartId> {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public PartId {
    check("id", "An id", value);
  }

  /** Whether a text has the form of an id; what has not could be anything. */
  public static boolean isId(String text) {
    return FORM.matcher(text).matches();
  }

  static void check(String field, String what, String value) {
    if (!isId(value)) { // Not echoed: people paste values into name fields.
      throw RefusedException.invalid(
          field,
          what
              + " is 1 to 64 letters, digits, \".\", \"_\" or \"-\", and begins with a letter or digit.");
    }
  }

  @Override
  public int compareTo(PartId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
