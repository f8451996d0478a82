package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.RunOrigin;
import dev.satchel.core.workload.RunSpec;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is told of runs. No text is ever null: the client takes none for an error. */
final class RunAnswers {
  /** What the client takes within an answer. */
  static final long INLINE_MAX_BYTES = 5 << 20;

  private RunAnswers() {}

  static String status(WorkloadState state) {
    return switch (state) {
      case QUEUED, PROVISIONING, RETRYING, RECOVERING -> "queued";
      case STARTING, RUNNING, FINALIZING -> "running";
      case COMPLETED -> "succeeded";
      case ERRORED, FAILED, INVALID -> "failed";
      case TERMINATED -> "canceled";
    };
  }

  static ObjectNode information(
      Workload workload, Attempt attempt, long inputBytes, long outputBytes) {
    RunSpec run = Objects.requireNonNull(workload.spec().run());
    ObjectNode answer = named(workload, run);
    ObjectNode metadata = answer.putObject("metadata");
    putPlace(metadata, run);
    metadata.put("created_at", workload.createdAt().toString());
    metadata.put("duration", milliseconds(beginning(workload, attempt), workload.endedAt()));
    metadata.put("execution_duration", executed(attempt));
    metadata.put("error", error(workload, attempt));
    ObjectNode format = metadata.putObject("format");
    format.putObject("input").put("type", run.input());
    format.putObject("output").put("type", run.output());
    metadata.put("input_size", inputBytes);
    metadata.put("output_size", outputBytes);
    metadata.put("execution_class", run.executionClass());
    metadata.put("runtime", run.runtime());
    metadata.putObject("run_type").put("type", type(run));
    metadata.put("queuing_priority", run.queuing().priority());
    metadata.put("queuing_disabled", run.queuing().disabled());
    putOrigin(metadata, run.origin());
    if (!run.collection().isEmpty()) {
      metadata.put("secrets_collection_id", run.collection());
    }
    putOptions(metadata.putObject("options"), run.options());
    String status = status(workload.state());
    metadata.put("status_v2", status);
    metadata.put(
        "status",
        status.equals("queued") ? "running" : status.equals("canceled") ? "failed" : status);
    return answer;
  }

  static ObjectNode item(Workload workload, Attempt attempt) {
    RunSpec run = Objects.requireNonNull(workload.spec().run());
    ObjectNode item = named(workload, run);
    putPlace(item, run);
    item.put("created_at", workload.createdAt().toString());
    item.putObject("run_type").put("type", type(run));
    Configurations.put(item, "input_id", run.origin().managedInput());
    item.put("execution_class", run.executionClass());
    item.put("runtime", run.runtime());
    item.put("status_v2", status(workload.state()));
    return item;
  }

  /** Who clones a run takes its options from the summary. */
  private static void putOptions(ObjectNode told, Map<String, String> options) {
    options.forEach(told.putObject("active_options")::put);
    options.forEach(told.putObject("request_options")::put);
    ArrayNode summary = told.putArray("options_summary");
    options.forEach(
        (name, value) ->
            summary.addObject().put("name", name).put("source", "run").put("value", value));
  }

  private static String type(RunSpec run) {
    return run.origin().external() ? "external" : "standard";
  }

  private static void putOrigin(ObjectNode metadata, RunOrigin origin) {
    if (!origin.clonedRun().isEmpty() || !origin.managedInput().isEmpty()) {
      ObjectNode tracking = metadata.putObject("tracking");
      Configurations.put(tracking, "cloned_run_id", origin.clonedRun());
      Configurations.put(tracking, "input_id", origin.managedInput());
    }
  }

  /** What ran elsewhere began before it was recorded here. */
  private static Instant beginning(Workload workload, Attempt attempt) {
    Instant started = attempt.startedAt();
    return started != null && started.isBefore(workload.createdAt())
        ? started
        : workload.createdAt();
  }

  private static ObjectNode named(Workload workload, RunSpec run) {
    return Json.object()
        .put("id", workload.id())
        .put("name", run.name().isEmpty() ? workload.id() : run.name())
        .put("description", run.description())
        .put("user_email", workload.submittedBy());
  }

  private static void putPlace(ObjectNode answer, RunSpec run) {
    answer.put("application_id", run.application().value());
    answer.put("application_instance_id", run.instance());
    answer.put("application_version_id", run.version());
  }

  private static String error(Workload workload, Attempt attempt) {
    String reason = attempt.reason();
    return switch (workload.state()) {
      case ERRORED, FAILED, INVALID, TERMINATED -> reason == null ? "It failed." : reason;
      default -> "";
    };
  }

  private static double executed(Attempt attempt) {
    Instant since = attempt.startedAt();
    return since == null ? 0 : milliseconds(since, attempt.endedAt());
  }

  private static double milliseconds(Instant from, @Nullable Instant to) {
    return Duration.between(from, to == null ? Instant.now() : to).toNanos() / 1e6;
  }
}
