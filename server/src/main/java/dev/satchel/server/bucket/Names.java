package dev.satchel.server.bucket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Names of files as their bytes, each a letter: what the machine's own letters are does not matter.
 */
final class Names {
  /**
   * What a list of names cannot carry, and what rclone takes for something else. Source:
   * rclone.org/overview, "Restricted characters": U+201B quotes, U+2400 stands for NUL, U+FF0F for
   * "/", and names of U+FF0E alone for "." and "..".
   */
  private static final Pattern OTHERS =
      Pattern.compile("[\\n\\r\\x{201B}\\x{2400}\\x{FF0F}]|(^|/)\\x{FF0E}{1,2}(/|$)");

  private Names() {}

  /** The bytes of a path. */
  static String of(Path path) {
    String raw = path.toUri().getRawPath(); // The one place where Java tells them.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char letter = raw.charAt(i);
      if (letter == '%') {
        bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(letter);
      }
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  /** Whether rclone finds a file by this name in a list of names. */
  static boolean canBeListed(String name) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(name))).toString();
      return !OTHERS.matcher(text).find();
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** As people may read it. */
  static String readable(String name) {
    String text = new String(bytes(name), StandardCharsets.UTF_8);
    return text.replaceAll("\\p{Cntrl}", "\uFFFD");
  }
}
