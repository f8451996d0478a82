package dev.satchel.server.disk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** Takes a run's assets apart: a file for the content of each, and one that lists them. */
final class RunAssets {
  /** The id of an asset, and the name of the file of its content. */
  static final Pattern ID = Pattern.compile("asset-[1-9][0-9]{0,3}");

  static final int COUNT_MAX = 1000;
  private static final int NAME_MAX_CHARS = 256;
  private static final int VISUAL_MAX_CHARS = 64 * 1024;
  private static final int LIST_MAX_BYTES = 4 << 20;

  private final JsonFactory json;
  private final Path kept;
  private final String now = Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
  private int count;
  private long bytes;

  RunAssets(JsonFactory json, Path kept) {
    this.json = json;
    this.kept = kept;
  }

  /**
   * Keeps the assets of an array, at whose begin the parser is.
   *
   * @param list the file that will list them; it is not made where there are none
   * @param lenient whether what is no asset is passed over, and not refused
   */
  void keep(JsonParser parser, Path list, boolean lenient) throws IOException {
    try (var out = new BoundedFile(list, LIST_MAX_BYTES, "The names and visuals of its assets");
        var generator = json.createGenerator(out)) {
      generator.writeStartArray();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        boolean kept =
            parser.currentToken() == JsonToken.START_OBJECT && keepOne(parser, generator);
        parser.skipChildren();
        if (!kept && !lenient) {
          throw RunReports.notAssets();
        }
      }
      generator.writeEndArray();
    }
    if (count == 0) {
      Files.delete(list);
    }
  }

  /** False where it has no content. */
  private boolean keepOne(JsonParser parser, JsonGenerator list) throws IOException {
    String name = "";
    String type = "json";
    String visual = "";
    long size = -1;
    Path made = kept.resolve("asset.new");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (field) {
        case "content" -> size = keepContent(parser, made);
        case "name" -> name = text(parser);
        case "content_type" -> type = text(parser);
        case "visual" -> visual = value == JsonToken.START_OBJECT ? visual(parser) : "";
        default -> parser.skipChildren();
      }
    }
    if (size < 0) {
      return false;
    }
    count++;
    if (count > COUNT_MAX) {
      throw new RefusedException(
          Reason.TOO_LARGE, "Its assets are more than a run may have: " + COUNT_MAX + ".");
    }
    String id = "asset-" + count;
    DiskRuns.sync(made);
    Files.move(made, kept.resolve(id), StandardCopyOption.ATOMIC_MOVE);
    list.writeStartObject();
    list.writeStringField("id", id);
    list.writeStringField("name", name.isEmpty() ? id : name);
    list.writeStringField("created_at", now);
    list.writeNumberField("size", size);
    list.writeStringField("content_type", type);
    if (!visual.isEmpty()) {
      list.writeFieldName("visual");
      list.writeRawValue(visual);
    }
    list.writeEndObject();
    return true;
  }

  private long keepContent(JsonParser parser, Path made) throws IOException {
    try (var out = new BoundedFile(made, DiskRuns.OUTPUT_MAX_BYTES - bytes, "Its assets")) {
      try (var generator = json.createGenerator(out)) {
        generator.copyCurrentStructureExact(parser);
      }
      bytes += out.written();
      return out.written();
    }
  }

  private static String text(JsonParser parser) throws IOException {
    if (!parser.currentToken().isScalarValue()) {
      parser.skipChildren();
      return "";
    }
    String text = parser.getText();
    return text.substring(0, Math.min(NAME_MAX_CHARS, text.length()));
  }

  private String visual(JsonParser parser) throws IOException {
    StringWriter text = new BoundedText();
    try (var generator = json.createGenerator(text)) {
      generator.copyCurrentStructureExact(parser);
    }
    return text.toString();
  }

  /** Refuses more than a visual may have before it is there. */
  private static final class BoundedText extends StringWriter {
    @Override
    public void write(char[] characters, int from, int length) {
      if (getBuffer().length() + length > VISUAL_MAX_CHARS) {
        throw new RefusedException(
            Reason.TOO_LARGE,
            "A visual of its assets is larger than it may be: "
                + VISUAL_MAX_CHARS
                + " characters.");
      }
      super.write(characters, from, length);
    }
  }
}
