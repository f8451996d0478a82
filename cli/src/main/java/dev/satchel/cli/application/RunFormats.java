package dev.satchel.cli.application;

import dev.satchel.cli.session.Session;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What goes in and comes out, as it is typed and as it is sent. */
final class RunFormats {
  static final List<String> NAMES = List.of("json", "text", "multi-file", "csv-archive");

  private RunFormats() {}

  /**
   * Null where nothing is to be said of it.
   *
   * @param said {@code IN} or {@code IN:OUT}; null where it was not typed
   * @param input where the input is; of a directory the format is known
   */
  static @Nullable Map<String, Object> of(
      Session session, @Nullable String said, @Nullable String input) {
    boolean files =
        input != null
            && Files.isDirectory(session.surroundings().workingDirectory().resolve(input));
    String format = said == null && files ? "multi-file" : said;
    if (format == null) {
      return null;
    }
    int colon = format.indexOf(':');
    String in = colon < 0 ? format : format.substring(0, colon);
    String out = colon >= 0 ? format.substring(colon + 1) : in.equals("text") ? "json" : in;
    return Map.of("input", Map.of("type", in), "output", Map.of("type", out));
  }
}
