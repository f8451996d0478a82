package dev.satchel.core.secret;

import dev.satchel.core.RefusedException;
import java.util.regex.Pattern;

/** A bundle's name: 1 to 64 of letters, digits, "_" and "-", a letter first. */
public record BundleName(String value) implements Comparable<BundleName> {
  private static final Pattern FORM = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]{0,63}");

  public BundleName {
    if (!FORM.matcher(value).matches()) { // Not echoed: people paste values into name fields.
      throw RefusedException.invalid(
          "name",
          "A secret's name is 1 to 64 letters, digits, \"_\" or \"-\", and begins with a letter.");
    }
  }

  @Override
  public int compareTo(BundleName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
