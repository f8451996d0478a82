package dev.satchel.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * JSON that is data: any number of members, and numbers exactly as they were written. It is read
 * piece by piece, since a tree of it takes fifty times its own memory.
 */
final class DataJson {
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(500).build())
          .build();

  private DataJson() {}

  /**
   * A body without one of its members, and what that member was sent as; null where it has none.
   */
  record Split(ObjectNode rest, byte @Nullable [] data) {}

  /**
   * Takes a member that is data out of a body.
   *
   * @throws RefusedException INVALID where the body is no object in UTF-8; as {@link Json#parse}
   *     for the rest of it
   */
  static Split split(byte[] body, String member) {
    requireUtf8(body);
    var rest = new ByteArrayOutputStream();
    byte[] data = null;
    try (JsonParser parser = FACTORY.createParser(body);
        JsonGenerator others = FACTORY.createGenerator(rest)) {
      require(parser.nextToken() == JsonToken.START_OBJECT);
      require(parser.currentTokenLocation().getByteOffset() >= 0); // Else it is in UTF-16 or 32.
      others.writeStartObject();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        if (parser.currentName().equals(member)) {
          require(data == null);
          data = value(parser, body);
        } else {
          others.copyCurrentStructureExact(parser);
        }
      }
      others.writeEndObject();
      require(parser.nextToken() == null);
    } catch (StreamConstraintsException e) {
      throw new RefusedException(
              Reason.TOO_LARGE, "The body is nested too deep, or holds too long a name or number.")
          .with("field", "body");
    } catch (JsonProcessingException e) { // Its message could hold what was sent.
      throw noObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    boolean given = data != null && !Arrays.equals(data, new byte[] {'n', 'u', 'l', 'l'});
    return new Split(Json.parse(rest.toByteArray()), given ? data : null);
  }

  private static byte[] value(JsonParser parser, byte[] body) throws IOException {
    parser.nextToken();
    long from = parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    long to = parser.currentLocation().getByteOffset();
    return Arrays.copyOfRange(body, (int) from, (int) to);
  }

  /** Parsers let some wrong sequences through. */
  private static void requireUtf8(byte[] body) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(body);
    CharBuffer nowhere = CharBuffer.allocate(8192);
    CoderResult result = CoderResult.OVERFLOW;
    while (result.isOverflow()) {
      result = decoder.decode(in, nowhere.clear(), true);
    }
    require(!result.isError());
  }

  private static void require(boolean isObject) {
    if (!isObject) {
      throw noObject();
    }
  }

  private static RefusedException noObject() {
    return RefusedException.invalid("body", "The body must be one JSON object in UTF-8.");
  }

  /** Whether a file is there that holds one object or array, and nothing behind it. */
  static boolean holds(JsonToken first, Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (JsonParser parser = FACTORY.createParser(file.toFile())) {
      return parser.nextToken() == first
          && parser.currentTokenLocation().getByteOffset() >= 0 // In UTF-8, with no mark before it.
          && parser.skipChildren().currentToken().isStructEnd()
          && parser.nextToken() == null;
    } catch (IOException e) { // What a failed run printed may be cut short.
      return false;
    }
  }
}
