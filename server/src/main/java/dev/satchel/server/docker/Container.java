package dev.satchel.server.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Observation;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container as the engine describes it. Source: Docker Engine API 1.41, "Inspect a container".
 *
 * @param id the engine's own, never used again
 * @param startedAt null where it never was
 * @param finishedAt null where it has not ended
 */
record Container(
    String id,
    String name,
    String installation,
    String attempt,
    boolean running,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    int exitCode,
    boolean outOfMemory) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Reads what {@code inspect} printed of containers, one after the other or in an array. */
  static Map<String, Container> readAll(String json) {
    Map<String, Container> byName = new HashMap<>();
    try (MappingIterator<JsonNode> each = MAPPER.readerFor(JsonNode.class).readValues(json)) {
      each.forEachRemaining(
          node -> {
            Container container = read(node);
            byName.put(container.name(), container);
          });
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException("the container engine's answer is no JSON");
    }
    return byName;
  }

  private static Container read(JsonNode container) {
    JsonNode state = container.path("State");
    JsonNode labels = container.path("Config").path("Labels");
    return new Container(
        container.path("Id").asText(),
        container.path("Name").asText().replaceFirst("^/", ""), // Docker's; podman's has none.
        labels.path(Names.INSTALLATION).asText(),
        labels.path(Names.ATTEMPT).asText(),
        state.path("Running").asBoolean(),
        time(state.path("StartedAt").asText()),
        time(state.path("FinishedAt").asText()),
        state.path("ExitCode").asInt(),
        state.path("OOMKilled").asBoolean());
  }

  static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the container engine's answer is no JSON");
    }
  }

  boolean isOf(Names names, AttemptId id) {
    return installation.equals(names.installation()) && attempt.equals(id.toString());
  }

  /** What it shows of its attempt; Absent where it was created and never started. */
  Observation observation() {
    if (startedAt == null) {
      return new Observation.Absent();
    }
    return running
        ? new Observation.Running(startedAt)
        : new Observation.Exited(startedAt, exitCode & 0xff, outOfMemory);
  }

  /** Engines write the year 1 for never. */
  private static @Nullable Instant time(String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      return time.isBefore(Instant.EPOCH) ? null : time;
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
