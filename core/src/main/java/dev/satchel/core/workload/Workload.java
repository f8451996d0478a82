package dev.satchel.core.workload;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What runs, or ran.
 *
 * @param trusted whether the machine's owner submitted it
 * @param current number of the attempt whose state this workload's is
 * @param newest number of the newest attempt
 * @param pending whether the newest attempt, made by a resubmission, waits to take the current
 *     one's place
 * @param retriesUsed of the spec's retries, since the last submit or resubmission, or since an
 *     attempt of a service that had worked
 * @param recoveriesUsed lost attempts made up for, since then
 * @param terminateRequested whether somebody asked it to end
 * @param nextTryAt when the next attempt is due; null unless retrying or recovering
 */
public record Workload(
    String id,
    String workspace,
    WorkloadSpec spec,
    boolean trusted,
    String submittedBy,
    WorkloadState state,
    int current,
    int newest,
    boolean pending,
    int retriesUsed,
    int recoveriesUsed,
    boolean terminateRequested,
    Instant createdAt,
    @Nullable Instant endedAt,
    @Nullable Instant nextTryAt) {

  public AttemptId currentAttempt() {
    return new AttemptId(id, current);
  }

  AttemptId newestAttempt() {
    return new AttemptId(id, newest);
  }

  Workload in(WorkloadState newState) {
    return in(newState, null, null);
  }

  Workload endedIn(WorkloadState newState, Instant at) {
    return in(newState, at, null);
  }

  private Workload in(WorkloadState newState, @Nullable Instant ended, @Nullable Instant nextTry) {
    return with(newState, current, newest, pending, tries(), ended, nextTry);
  }

  /** The same with its newest attempt as the current one. */
  Workload advanced() {
    return at(newest, newest, false);
  }

  /** The same with one more attempt, which is not the current one yet. */
  Workload withNextAttempt() {
    return at(current, newest + 1, true);
  }

  /** The same after its resubmission came to nothing: the current attempt goes on. */
  Workload withoutPending() {
    return at(current, newest, false);
  }

  private Workload at(int nowCurrent, int nowNewest, boolean nowPending) {
    return with(state, nowCurrent, nowNewest, nowPending, tries(), endedAt, nextTryAt);
  }

  Workload terminating() {
    return having(new Tries(retriesUsed, recoveriesUsed, true));
  }

  /**
   * The same with all its tries before it again, as a resubmission has them, or what had worked.
   */
  Workload renewed() {
    return having(new Tries(0, 0, false));
  }

  Workload retryingAt(Instant at) {
    return having(new Tries(retriesUsed + 1, recoveriesUsed, terminateRequested))
        .in(WorkloadState.RETRYING, null, at);
  }

  Workload recoveringAt(Instant at) {
    return having(new Tries(retriesUsed, recoveriesUsed + 1, terminateRequested))
        .in(WorkloadState.RECOVERING, null, at);
  }

  private Workload having(Tries others) {
    return with(state, current, newest, pending, others, endedAt, nextTryAt);
  }

  /** What is to come of it after its attempt. */
  private record Tries(int retriesUsed, int recoveriesUsed, boolean terminateRequested) {}

  private Tries tries() {
    return new Tries(retriesUsed, recoveriesUsed, terminateRequested);
  }

  /** The one copy: these may be others, all else never is. */
  private Workload with(
      WorkloadState newState,
      int newCurrent,
      int newNewest,
      boolean newPending,
      Tries tries,
      @Nullable Instant ended,
      @Nullable Instant nextTry) {
    return new Workload(
        id,
        workspace,
        spec,
        trusted,
        submittedBy,
        newState,
        newCurrent,
        newNewest,
        newPending,
        tries.retriesUsed(),
        tries.recoveriesUsed(),
        tries.terminateRequested(),
        createdAt,
        ended,
        nextTry);
  }
}
