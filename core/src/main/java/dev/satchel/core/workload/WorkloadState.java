package dev.satchel.core.workload;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a workload or an attempt stands. A workload's state is its current attempt's, or what comes
 * between two.
 */
public enum WorkloadState {
  /** Accepted; waits for a place. */
  QUEUED,
  /** Being prepared; nothing has been started. */
  PROVISIONING,
  /** Its secrets are opened; the engine is told to start it. */
  STARTING,
  RUNNING,
  /** The job has ended; its log is being stored. */
  FINALIZING,
  /** Waits for the next attempt after one that failed. */
  RETRYING,
  /** Waits for the next attempt after one that was lost. */
  RECOVERING,
  /** Ended by itself with exit code 0. */
  COMPLETED,
  /** Ended by itself with another code, or was out of time. */
  ERRORED,
  /** The platform failed it. */
  FAILED,
  /** It asks for what is not there. */
  INVALID,
  /** Ended because somebody asked. */
  TERMINATED;

  private static final Set<WorkloadState> TERMINAL =
      EnumSet.of(COMPLETED, ERRORED, FAILED, INVALID, TERMINATED);

  /** Whether nothing will happen any more unless somebody asks. */
  public boolean isTerminal() {
    return TERMINAL.contains(this);
  }

  /** The state as users see it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<WorkloadState> of(String word) {
    return Arrays.stream(values()).filter(state -> state.word().equals(word)).findFirst();
  }
}
