package dev.satchel.server.docker;

import dev.satchel.core.secret.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/** What an engine says, made fit to be told. */
final class Words {
  private static final int SHOWN_MAX_CHARS = 400;
  private static final int HIDDEN_MIN_CHARS = 4;

  private Words() {}

  static String shortened(String said) {
    String line = said.strip().replaceAll("\\s+", " ");
    return line.length() > SHOWN_MAX_CHARS ? line.substring(0, SHOWN_MAX_CHARS) + "…" : line;
  }

  /** The same without the values, should an engine ever quote one. */
  static String without(Collection<SecretValue> values, String said) {
    String clean = said;
    for (SecretValue value : values) {
      String text = new String(value.bytes(), StandardCharsets.UTF_8);
      if (text.length() >= HIDDEN_MIN_CHARS) {
        clean = clean.replace(text, "[…]");
      }
    }
    String bare = clean.strip().replaceFirst("^Error response from daemon: ", "");
    return shortened(bare.replaceFirst("(?m)^Error: failed to start containers: .*$", ""));
  }
}
