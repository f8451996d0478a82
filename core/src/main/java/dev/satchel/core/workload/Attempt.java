package dev.satchel.core.workload;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One start of a workload.
 *
 * @param env the visible variables of this attempt
 * @param cause and {@code reason} why it stands where it stands; null where the state says all
 * @param stopCause why its job was told to end; null while it was not
 * @param placedOn where it was placed; null until then
 * @param exitCode null until the job has ended with a code that is known
 */
public record Attempt(
    AttemptId id,
    String workspace,
    WorkloadState state,
    Map<String, String> env,
    @Nullable Cause cause,
    @Nullable String reason,
    @Nullable Cause stopCause,
    @Nullable Placement placedOn,
    @Nullable Integer exitCode,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {
  public Attempt {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }

  static Attempt queued(AttemptId id, String workspace, Map<String, String> env, Instant now) {
    return new Attempt(
        id, workspace, WorkloadState.QUEUED, env, null, null, null, null, null, now, null, null);
  }

  /** Whether its engine was told to start it, and its end is not written yet. */
  boolean startedOnEngine() {
    return switch (state) {
      case STARTING, RUNNING, FINALIZING -> true;
      case QUEUED,
          PROVISIONING,
          RETRYING,
          RECOVERING,
          COMPLETED,
          ERRORED,
          FAILED,
          INVALID,
          TERMINATED ->
          false;
    };
  }

  Attempt in(WorkloadState newState) {
    return new Attempt(
        id, workspace, newState, env, null, null, stopCause, placedOn, exitCode, createdAt,
        startedAt, endedAt);
  }

  Attempt because(Cause newCause, String newReason) {
    return new Attempt(
        id, workspace, state, env, newCause, newReason, stopCause, placedOn, exitCode, createdAt,
        startedAt, endedAt);
  }

  Attempt stopping(Cause why) {
    return new Attempt(
        id, workspace, state, env, cause, reason, why, placedOn, exitCode, createdAt, startedAt,
        endedAt);
  }

  Attempt starting(Placement on) {
    return new Attempt(
        id,
        workspace,
        WorkloadState.STARTING,
        env,
        null,
        null,
        null,
        on,
        null,
        createdAt,
        null,
        null);
  }

  Attempt runningSince(Instant since) {
    return new Attempt(
        id,
        workspace,
        WorkloadState.RUNNING,
        env,
        null,
        null,
        stopCause,
        placedOn,
        null,
        createdAt,
        since,
        null);
  }

  Attempt ended(Outcome outcome, Instant at) {
    return new Attempt(
        id,
        workspace,
        outcome.state(),
        env,
        outcome.cause(),
        outcome.reason(),
        stopCause,
        placedOn,
        outcome.exitCode(),
        createdAt,
        startedAt == null ? outcome.startedAt() : startedAt,
        at);
  }
}
