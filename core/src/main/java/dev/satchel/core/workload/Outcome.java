package dev.satchel.core.workload;

import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended.
 *
 * @param state a terminal one
 * @param cause null for a plain success
 * @param reason a sentence; null for a plain success
 * @param exitCode null where the job never ran or its code is not known
 */
record Outcome(
    WorkloadState state,
    @Nullable Cause cause,
    @Nullable String reason,
    @Nullable Integer exitCode) {

  static Outcome of(WorkloadState state, Cause cause, String reason) {
    return new Outcome(state, cause, reason, null);
  }

  /** Whether another try may mend it. */
  boolean isRetryable() {
    return state == WorkloadState.ERRORED || state == WorkloadState.FAILED;
  }
}
