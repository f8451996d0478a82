package dev.satchel.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.application.Requirements;
import java.nio.charset.StandardCharsets;

/** Requirements as clients send them. */
record JsonRequirements(JsonNode tree) implements Requirements {
  static Requirements read(String requirements) {
    return new JsonRequirements(Json.parse(requirements.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public String text(String... path) {
    JsonNode at = tree;
    for (String name : path) {
      at = at.path(name);
    }
    return at.asText("");
  }
}
