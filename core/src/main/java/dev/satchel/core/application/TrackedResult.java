package dev.satchel.core.application;

import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.RunReport;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended that ran elsewhere. What it left was sent to upload addresses, whose ids these
 * are.
 *
 * @param output null for none; so is the log
 * @param error why it failed; empty where nobody said
 * @param ran how long it ran
 */
public record TrackedResult(
    boolean succeeded,
    String error,
    Duration ran,
    @Nullable String output,
    @Nullable String log,
    Map<RunReport, String> reports) {
  private static final int ERROR_MAX_CHARS = 4096;
  private static final Duration RAN_MAX = Duration.ofDays(3650);

  public TrackedResult {
    reports = Map.copyOf(reports);
    if (ran.isNegative() || ran.compareTo(RAN_MAX) > 0) {
      throw RefusedException.invalid(
          "result.execution_duration",
          "result.execution_duration is in milliseconds, from 0 to " + RAN_MAX.toMillis() + ".");
    }
    if (error.length() > ERROR_MAX_CHARS) {
      throw RefusedException.invalid(
          "result.error_message",
          "result.error_message is at most " + ERROR_MAX_CHARS + " characters.");
    }
  }

  /** Reads the status that a client sends: {@code succeeded} or {@code failed}. */
  public static boolean hasSucceeded(String status) {
    if (!status.equals("succeeded") && !status.equals("failed")) {
      throw RefusedException.invalid("result.status", "result.status must be succeeded or failed.");
    }
    return status.equals("succeeded");
  }
}
