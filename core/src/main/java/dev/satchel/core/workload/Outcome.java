package dev.satchel.core.workload;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended.
 *
 * @param state a terminal one
 * @param cause null for a plain success
 * @param reason a sentence; null for a plain success
 * @param startedAt null where the job never ran or it is not known when; for an attempt so short
 *     that nobody saw it run
 * @param exitCode null where the job never ran or its code is not known
 */
record Outcome(
    WorkloadState state,
    @Nullable Cause cause,
    @Nullable String reason,
    @Nullable Instant startedAt,
    @Nullable Integer exitCode) {

  static Outcome of(WorkloadState state, Cause cause, String reason) {
    return new Outcome(state, cause, reason, null, null);
  }

  /** Whether another try may mend it. What cannot be seen may still run, and is not tried again. */
  boolean isRetryable(@Nullable Lasting lasting) {
    boolean over = cause == Cause.TIMEOUT && lasting != null && lasting.endsByItsTime();
    return !over
        && cause != Cause.UNSEEN
        && (state == WorkloadState.ERRORED || state == WorkloadState.FAILED);
  }
}
