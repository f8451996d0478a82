package dev.satchel.core.secret;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a bundle's entries must be. Messages name entries by place: what was typed as a name could
 * be a value.
 */
public final class BundleRules {
  public static final int ENTRIES_MAX = 256;
  public static final int BUNDLE_MAX_BYTES = 1 << 20;

  /**
   * NAME=value, with the zero byte that ends it, within the 128 KiB that Linux allows one string of
   * an environment.
   */
  public static final int VARIABLE_MAX_BYTES = 128 * 1024 - 1;

  private BundleRules() {}

  /** Checks the whole of a bundle. */
  static void check(List<Entry> entries) {
    if (entries.isEmpty()) {
      throw RefusedException.invalid(
          "entries", "A secret needs at least one entry; to remove it, delete it.");
    }
    checkEach(entries);
    checkSize("entries", entries);
  }

  /** Checks single entries that are set in a bundle. */
  public static void checkEach(List<Entry> entries) {
    Set<Place> seen = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      String field = entry.at().isEmpty() ? "entries[" + i + "]" : entry.at();
      if (!seen.add(entry.place())) {
        throw RefusedException.invalid(
            field, field + " repeats the type and location of an entry before it.");
      }
      if (entry.place() instanceof Place.Env env) {
        checkVariable(field, env, entry.value());
      }
    }
  }

  /** Checks how much a bundle holds. */
  public static void checkSize(String field, List<Entry> entries) {
    if (entries.size() > ENTRIES_MAX) {
      throw new RefusedException(
              Reason.TOO_LARGE,
              "A secret holds at most "
                  + ENTRIES_MAX
                  + " entries; this would be "
                  + entries.size()
                  + ".")
          .with("field", field);
    }
    if (entries.stream().mapToLong(entry -> entry.value().sizeBytes()).sum() > BUNDLE_MAX_BYTES) {
      throw new RefusedException(
              Reason.TOO_LARGE,
              "The values of a secret are at most " + BUNDLE_MAX_BYTES + " bytes together.")
          .with("field", field);
    }
  }

  private static void checkVariable(String field, Place.Env env, SecretValue value) {
    for (byte b : value.bytes()) {
      if (b == 0) {
        throw RefusedException.invalid(
            field,
            field
                + " holds a zero byte, which no variable can carry; store it with type \"file\".");
      }
    }
    if (env.location().length() + 1 + value.sizeBytes() > VARIABLE_MAX_BYTES) {
      throw new RefusedException(
              Reason.TOO_LARGE,
              field
                  + " is too long for a variable: NAME=value is at most "
                  + VARIABLE_MAX_BYTES
                  + " bytes; store it with type \"file\".")
          .with("field", field);
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value.bytes()));
    } catch (CharacterCodingException e) {
      throw RefusedException.invalid(
          field,
          field + " is not UTF-8 text, which a variable must be; store it with type \"file\".");
    }
  }
}
