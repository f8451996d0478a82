package dev.satchel.runner;

import dev.satchel.sdk.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes answers, each a file that is there whole or not at all. */
final class Answers {
  /** What the server takes. */
  static final int BYTES_MAX = 8 << 20;

  private Answers() {}

  /** What a method returned. */
  static Map<String, @Nullable Object> returned(@Nullable Object value) {
    return Collections.singletonMap("value", value);
  }

  /** Somebody cancelled it, and it gave no other answer. */
  static Map<String, @Nullable Object> cancelled() {
    return Map.of("cancelled", true);
  }

  /** What it threw, or why it was not called. */
  static Map<String, @Nullable Object> threw(Throwable thrown) {
    return Map.of("failure", Thrown.encoded(thrown));
  }

  static void write(Path file, Map<String, @Nullable Object> answer) throws IOException {
    byte[] bytes = bytes(answer);
    if (bytes.length > BYTES_MAX) {
      bytes =
          bytes(
              threw(
                  new UncarriedException(
                      "What it returned is "
                          + bytes.length
                          + " bytes of JSON, and an answer has at most "
                          + BYTES_MAX
                          + ". Write it to a volume, and return where it is.")));
    }
    Path made = file.resolveSibling(file.getFileName() + ".new");
    Files.write(made, bytes);
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static byte[] bytes(Map<String, @Nullable Object> answer) {
    return Json.write(answer).getBytes(StandardCharsets.UTF_8);
  }
}
