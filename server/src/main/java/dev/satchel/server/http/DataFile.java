package dev.satchel.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The JSON of a file within an answer that is streamed: it is never in memory whole, and goes out
 * as it stands.
 */
record DataFile(Path file) implements JsonSerializable {
  private static final int CHUNK = 16 * 1024;

  @Override
  public void serialize(JsonGenerator answer, SerializerProvider provider) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      answer.writeRawValue("");
      char[] chunk = new char[CHUNK];
      for (int length = text.read(chunk); length >= 0; length = text.read(chunk)) {
        answer.writeRaw(chunk, 0, length);
      }
    }
  }

  @Override
  public void serializeWithType(
      JsonGenerator answer, SerializerProvider provider, TypeSerializer type) throws IOException {
    serialize(answer, provider);
  }
}
