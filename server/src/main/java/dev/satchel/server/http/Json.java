package dev.satchel.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.io.CharArrayReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * JSON as {@code /v1} speaks it: snake_case, times as RFC 3339, nothing for null; strict in what it
 * reads.
 */
final class Json {
  static final int BODY_MAX_BYTES = 8 << 20;
  static final int DEPTH_MAX = 32;

  /**
   * Names, values and brackets: each takes far more memory than the byte or two it may arrive as.
   */
  static final int TOKENS_MAX = 20_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxTokenCount(TOKENS_MAX)
                          .maxStringLength(BODY_MAX_BYTES)
                          .maxNumberLength(100)
                          .build())
                  .disable(
                      StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION) // Errors would echo values.
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new ToStringSerializer(Instant.class)))
          .build();

  private static final ObjectWriter STREAMING =
      MAPPER
          .writer()
          .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          .without(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer does not become JSON", e);
    }
  }

  /** Writes an answer as it is made; the stream stays open. */
  static void write(OutputStream to, Object value) throws IOException {
    STREAMING.writeValue(to, value);
  }

  /**
   * Parses a body that must be one JSON object in UTF-8. The bytes are decoded before they are
   * parsed, because Jackson lets some wrong sequences through, and guesses at other encodings.
   *
   * @throws RefusedException INVALID, or TOO_LARGE for the depth; it says where, and shows nothing
   *     of what was sent
   */
  static ObjectNode parse(byte[] body) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
      JsonNode tree = MAPPER.readTree(new CharArrayReader(text.array(), 0, text.limit()));
      if (tree instanceof ObjectNode object) {
        return object;
      }
      throw RefusedException.invalid("body", "The body must be one JSON object.");
    } catch (com.fasterxml.jackson.core.exc.StreamConstraintsException e) {
      throw new RefusedException(
              Reason.TOO_LARGE,
              "The body is nested deeper than "
                  + DEPTH_MAX
                  + " levels, has more than "
                  + TOKENS_MAX
                  + " names, values and brackets, or holds too long a name or number.")
          .with("field", "body");
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      String where =
          at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
      throw RefusedException.invalid(
          "body", "The body is not valid JSON in UTF-8, or repeats a field" + where + ".");
    } catch (IOException e) {
      throw RefusedException.invalid("body", "The body is not valid JSON in UTF-8.");
    }
  }
}
