package dev.satchel.server.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an image says of itself.
 *
 * @param user as the image names it; empty for root
 * @param workingDirectory absolute
 */
record Image(String user, String workingDirectory) {
  private static final Pattern NUMBER = Pattern.compile("([0-9]{1,9})(:.*)?");

  /** Reads what {@code image inspect} printed. */
  static Image read(String json) {
    JsonNode root = Container.parse(json);
    JsonNode config = (root.isArray() ? root.path(0) : root).path("Config");
    String directory = config.path("WorkingDir").asText();
    return new Image(config.path("User").asText(), directory.isEmpty() ? "/" : directory);
  }

  /** The number of a user, where it is known without looking into the image; else null. */
  static @Nullable Integer userNumber(String user) {
    if (user.isEmpty() || user.equals("root")) {
      return 0;
    }
    var matcher = NUMBER.matcher(user);
    return matcher.matches() ? Integer.valueOf(matcher.group(1)) : null;
  }
}
