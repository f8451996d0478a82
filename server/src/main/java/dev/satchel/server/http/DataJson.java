package dev.satchel.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** JSON that is data: any number of members, and numbers exactly as they were written. */
final class DataJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(500).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private DataJson() {}

  /** The object that a body is; INVALID where it is none. */
  static ObjectNode parse(byte[] body) {
    try {
      if (MAPPER.readTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      // Told below; its message could hold what was sent.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw RefusedException.invalid("body", "The body must be one JSON object.");
  }

  /** What a file holds; null where there is none, or it is not JSON. */
  static @Nullable JsonNode read(Path file) {
    try {
      return Files.isRegularFile(file) ? MAPPER.readTree(file.toFile()) : null;
    } catch (IOException e) { // What a failed run printed may be cut short.
      return null;
    }
  }
}
