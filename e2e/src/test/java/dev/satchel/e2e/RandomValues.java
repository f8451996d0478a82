package dev.satchel.e2e;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Values made to break whatever quotes, splits, trims or expands; each holds the marker. */
final class RandomValues {
  private static final List<String> PIECES =
      List.of(
          "\n",
          "\r\n",
          "\r",
          "\n\n",
          "=",
          "==",
          "'",
          "\"",
          "''",
          "#",
          " #",
          "$",
          "$HOME",
          "${X}",
          "$(id)",
          "`id`",
          "\\",
          "\\n",
          "\\\\",
          " ",
          "   ",
          "\t",
          "é",
          "漢字",
          "🎒",
          "\u00a0",
          "%s",
          "%41",
          "!",
          "!!",
          "*",
          "?",
          "~",
          "<",
          ">",
          "|",
          "&",
          ";",
          "(",
          ")",
          "{",
          "}",
          "[",
          "]",
          "@",
          "-n",
          "--",
          "export A=1",
          "A=B",
          "\u0001",
          "\u007f",
          "EOF",
          "abc",
          "0",
          "\u2028");

  /** What is easily trimmed away. */
  private static final List<String> EDGES =
      List.of(" ", "\t", "\n", "\r\n", "\r", "\u00a0", "\"", "'", "#", "\\");

  private static final int LARGE_BYTES = 100 * 1024;
  private static final int BINARY_MAX_BYTES = 5000;

  private final Random random;

  RandomValues(Random random) {
    this.random = random;
  }

  /** Variables of random names and values; the last one is of 100 KiB now and then. */
  Map<String, byte[]> variables(String prefix, int count) {
    Map<String, byte[]> variables = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      boolean large = i == count - 1 && random.nextInt(3) == 0;
      String name = prefix + "_" + Integer.toString(random.nextInt(1 << 20), 36) + "_" + i;
      variables.put(name, large ? large() : variable());
    }
    return variables;
  }

  /** Text without NUL. */
  byte[] variable() {
    return text(random.nextInt(40)).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] large() {
    StringBuilder text = new StringBuilder();
    while (text.length() < LARGE_BYTES / 2) {
      text.append(text(200));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    String padded = text + "x".repeat(Math.max(0, LARGE_BYTES - bytes.length));
    return padded.getBytes(StandardCharsets.UTF_8);
  }

  private String text(int pieces) {
    StringBuilder text = new StringBuilder(edge());
    int marked = pieces == 0 ? 0 : random.nextInt(pieces);
    for (int i = 0; i < Math.max(1, pieces); i++) {
      text.append(i == marked ? Marker.value() : PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.append(edge()).toString();
  }

  private String edge() {
    return random.nextBoolean() ? "" : EDGES.get(random.nextInt(EDGES.size()));
  }

  /** Any bytes, NUL and what is no UTF-8 among them. */
  byte[] binary() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] noise = new byte[random.nextInt(BINARY_MAX_BYTES)];
    random.nextBytes(noise);
    bytes.writeBytes(noise);
    bytes.writeBytes(Marker.value().getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(noise);
    return bytes.toByteArray();
  }

  /** One variable of a dotenv file, in one of the ways to write it. */
  static String dotenv(Random random, String name, String value) {
    String start = (random.nextBoolean() ? "export " : "") + name + "=";
    if (value.indexOf('\'') < 0 && random.nextBoolean()) {
      return start + "'" + value + "'\n";
    }
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$");
    return start + "\"" + escaped.replace("\r", "\\r") + "\"  # a comment\n";
  }
}
