package dev.satchel.core.volume;

import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.BundleName;

/** A volume's name, of the same form as a bundle's. */
public record VolumeName(String value) implements Comparable<VolumeName> {
  public VolumeName {
    if (!BundleName.isName(value)) {
      throw RefusedException.invalid(
          "name",
          "A volume's name is 1 to 64 letters, digits, \"_\" or \"-\", and begins with a letter.");
    }
  }

  @Override
  public int compareTo(VolumeName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
