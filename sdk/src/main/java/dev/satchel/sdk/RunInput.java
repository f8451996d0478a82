package dev.satchel.sdk;

import dev.satchel.sdk.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** An input before it is sent: where it is. */
sealed interface RunInput {
  /** There is none. */
  record None() implements RunInput {}

  /** One JSON object, as it was written. */
  record Document(String json) implements RunInput {
    public Document {
      if (!(Json.read(json).value() instanceof Map<?, ?>)) {
        throw new IllegalArgumentException("The input of a run is one JSON object.");
      }
    }

    byte[] bytes() {
      return json.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Text of no format that is known here. */
  record Text(String text) implements RunInput {
    byte[] bytes() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** A file as it is. */
  record File(Path path) implements RunInput {}

  /** The files of a directory. */
  record Directory(Path path) implements RunInput {}

  /**
   * What the server has already.
   *
   * @param member of the request, which says what the id is of
   */
  record Kept(String member, String id) implements RunInput {}
}
