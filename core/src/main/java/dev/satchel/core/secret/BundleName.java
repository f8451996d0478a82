package dev.satchel.core.secret;

import dev.satchel.core.RefusedException;

/** A bundle's name: 1 to 64 of letters, digits, "_" and "-", a letter first. */
public record BundleName(String value) implements Comparable<BundleName> {
  private static final int MAX_CHARS = 64;

  public BundleName {
    if (!isName(value)) { // Not echoed: people paste values into name fields.
      throw RefusedException.invalid(
          "name",
          "A secret's name is 1 to 64 letters, digits, \"_\" or \"-\", and begins with a letter.");
    }
  }

  /**
   * Whether a text can be a name. The same as the pattern {@code [a-zA-Z][a-zA-Z0-9_-]{0,63}}, at a
   * tenth of its cost: lists make thousands.
   */
  public static boolean isName(String value) {
    if (value.isEmpty() || value.length() > MAX_CHARS || !isLetter(value.charAt(0))) {
      return false;
    }
    for (int i = 1; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!isLetter(c) && (c < '0' || c > '9') && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
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
