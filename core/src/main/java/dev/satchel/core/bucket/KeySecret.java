package dev.satchel.core.bucket;

import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.BundleName;
import org.jspecify.annotations.Nullable;

/**
 * Where one half of a bucket's key pair is kept.
 *
 * @param entry which entry of the bundle, by its location; null for the only one that it has
 */
public record KeySecret(BundleName bundle, @Nullable String entry) {
  private static final int ENTRY_MAX_CHARS = 1024;

  /**
   * Reads {@code bundle} or {@code bundle/KEY}.
   *
   * @throws RefusedException INVALID; the text is not echoed, for it may be a pasted key
   */
  public static KeySecret parse(String text) {
    int slash = text.indexOf('/');
    String name = slash < 0 ? text : text.substring(0, slash);
    String entry = slash < 0 ? null : text.substring(slash + 1);
    if (entry != null
        && (entry.isEmpty()
            || entry.length() > ENTRY_MAX_CHARS
            || entry.chars().anyMatch(Character::isISOControl))) {
      throw RefusedException.invalid(
          "name", "Behind \"/\" stands the entry of the secret, as in r2/SECRET_KEY.");
    }
    return new KeySecret(new BundleName(name), entry);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return entry == null ? bundle.value() : bundle + "/" + entry;
  }
}
