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
    return new Workload(
        id,
        workspace,
        spec,
        trusted,
        submittedBy,
        newState,
        current,
        newest,
        pending,
        retriesUsed,
        recoveriesUsed,
        terminateRequested,
        createdAt,
        null,
        null);
  }

  Workload endedIn(WorkloadState newState, Instant at) {
    return new Workload(
        id,
        workspace,
        spec,
        trusted,
        submittedBy,
        newState,
        current,
        newest,
        pending,
        retriesUsed,
        recoveriesUsed,
        terminateRequested,
        createdAt,
        at,
        null);
  }

  /** The same with its newest attempt as the current one. */
  Workload advanced() {
    return new Workload(
        id,
        workspace,
        spec,
        trusted,
        submittedBy,
        state,
        newest,
        newest,
        false,
        retriesUsed,
        recoveriesUsed,
        terminateRequested,
        createdAt,
        endedAt,
        nextTryAt);
  }

  /** The same with one more attempt, which is not the current one yet. */
  Workload withNextAttempt() {
    return new Workload(
        id,
        workspace,
        spec,
        trusted,
        submittedBy,
        state,
        current,
        newest + 1,
        true,
        retriesUsed,
        recoveriesUsed,
        terminateRequested,
        createdAt,
        endedAt,
        nextTryAt);
  }

  /** The same after its resubmission came to nothing: the current attempt goes on. */
  Workload withoutPending() {
    return new Workload(
        id,
        workspace,
        spec,
        trusted,
        submittedBy,
        state,
        current,
        newest,
        false,
        retriesUsed,
        recoveriesUsed,
        terminateRequested,
        createdAt,
        endedAt,
        nextTryAt);
  }

  Workload terminating() {
    return new Workload(
        id,
        workspace,
        spec,
        trusted,
        submittedBy,
        state,
        current,
        newest,
        pending,
        retriesUsed,
        recoveriesUsed,
        true,
        createdAt,
        endedAt,
        nextTryAt);
  }

  /**
   * The same with all its tries before it again, as a resubmission has them, or what had worked.
   */
  Workload renewed() {
    return new Workload(
        id,
        workspace,
        spec,
        trusted,
        submittedBy,
        state,
        current,
        newest,
        pending,
        0,
        0,
        false,
        createdAt,
        endedAt,
        nextTryAt);
  }

  Workload retryingAt(Instant at) {
    return new Workload(
        id,
        workspace,
        spec,
        trusted,
        submittedBy,
        WorkloadState.RETRYING,
        current,
        newest,
        pending,
        retriesUsed + 1,
        recoveriesUsed,
        terminateRequested,
        createdAt,
        null,
        at);
  }

  Workload recoveringAt(Instant at) {
    return new Workload(
        id,
        workspace,
        spec,
        trusted,
        submittedBy,
        WorkloadState.RECOVERING,
        current,
        newest,
        pending,
        retriesUsed,
        recoveriesUsed + 1,
        terminateRequested,
        createdAt,
        null,
        at);
  }
}
