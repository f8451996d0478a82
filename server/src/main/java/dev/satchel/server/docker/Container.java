package dev.satchel.server.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Observation;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
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
    String installation,
    String attempt,
    boolean running,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    int exitCode,
    boolean outOfMemory) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Reads what {@code inspect} printed of one container. */
  static Container read(String json) {
    JsonNode root = parse(json);
    JsonNode container = root.isArray() ? root.path(0) : root;
    JsonNode state = container.path("State");
    JsonNode labels = container.path("Config").path("Labels");
    return new Container(
        container.path("Id").asText(),
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
