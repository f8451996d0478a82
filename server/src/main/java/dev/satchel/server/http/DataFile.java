package dev.satchel.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.nio.file.Path;

/** The JSON of a file within an answer that is streamed: it is never in memory whole. */
record DataFile(Path file) implements JsonSerializable {
  @Override
  public void serialize(JsonGenerator answer, SerializerProvider provider) throws IOException {
    try (JsonParser parser = DataJson.FACTORY.createParser(file.toFile())) {
      parser.nextToken();
      answer.copyCurrentStructureExact(parser);
    }
  }

  @Override
  public void serializeWithType(
      JsonGenerator answer, SerializerProvider provider, TypeSerializer type) throws IOException {
    serialize(answer, provider);
  }
}
