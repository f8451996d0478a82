package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.application.About;
import dev.satchel.core.application.InstanceConfiguration;
import dev.satchel.core.application.PartId;
import dev.satchel.core.application.RunInput;
import dev.satchel.core.application.Runs;
import dev.satchel.core.application.TrackedResult;
import dev.satchel.core.workload.RunReport;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what is asked of a run. */
final class RunRequests {
  private RunRequests() {}

  static Runs.Request read(byte[] sent) {
    DataJson.Split split = DataJson.split(sent, "input");
    ObjectNode tree = split.rest();
    if (tree.hasNonNull("batch_experiment_id")) {
      throw new RefusedException(
          Reason.NOT_SERVED, "This server runs no experiments; leave batch_experiment_id out.");
    }
    Fields body = Fields.lenient(tree, "");
    requireServed(tree);
    Map<String, String> options = body.textMap("options");
    InstanceConfiguration checked =
        new InstanceConfiguration("", null, options == null ? Map.of() : options, "", null, "");
    Fields tracking = body.lenientObject("tracking");
    return new Runs.Request(
        new About(body.text("name"), body.text("description")),
        checked.options(),
        Configurations.read(body),
        input(body, split.data()),
        tracking == null ? "" : Configurations.text(tracking, "cloned_run_id"),
        tracked(body.lenientObject("result")));
  }

  /** Of the types of runs, those that are not one run. */
  private static void requireServed(ObjectNode tree) {
    String type =
        tree.at("/configuration/run_type/type").asText(tree.at("/run_type/type").asText());
    if (type.startsWith("ensemble")) {
      throw new RefusedException(
          Reason.NOT_SERVED, "This server runs no ensembles; give run_type another type.");
    }
  }

  private static RunInput input(Fields body, byte @Nullable [] inline) {
    String upload = Configurations.text(body, "upload_id");
    String managed = Configurations.text(body, "input_id");
    if ((inline == null ? 0 : 1) + (upload.isEmpty() ? 0 : 1) + (managed.isEmpty() ? 0 : 1) > 1) {
      throw RefusedException.invalid(
          "input", "A run is given one of input, upload_id and input_id, and no more.");
    }
    if (!upload.isEmpty()) {
      return new RunInput.Uploaded(upload);
    }
    if (!managed.isEmpty()) {
      return new RunInput.Managed(new PartId(managed));
    }
    return inline == null ? new RunInput.Nothing() : new RunInput.Inline(inline);
  }

  private static @Nullable TrackedResult tracked(@Nullable Fields result) {
    if (result == null) {
      return null;
    }
    Map<RunReport, String> reports = new EnumMap<>(RunReport.class);
    for (RunReport report : RunReport.values()) {
      String upload = Configurations.text(result, report.word() + "_upload_id");
      if (!upload.isEmpty()) {
        reports.put(report, upload);
      }
    }
    Long milliseconds = result.number("execution_duration");
    return new TrackedResult(
        TrackedResult.hasSucceeded(Configurations.text(result, "status")),
        Configurations.text(result, "error_message"),
        Duration.ofMillis(milliseconds == null ? 0 : milliseconds),
        nullable(Configurations.text(result, "output_upload_id")),
        nullable(Configurations.text(result, "error_upload_id")),
        reports);
  }

  private static @Nullable String nullable(String text) {
    return text.isEmpty() ? null : text;
  }
}
