package dev.satchel.core.credential;

import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.BundleName;

/** A credential's name, of the same form as a bundle's; the two are apart. */
public record CredentialName(String value) implements Comparable<CredentialName> {
  public CredentialName {
    if (!BundleName.isName(value)) { // Not echoed: people paste values into name fields.
      throw RefusedException.invalid(
          "name",
          "A credential's name is 1 to 64 letters, digits, \"_\" or \"-\", and begins with a letter.");
    }
  }

  @Override
  public int compareTo(CredentialName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
