package dev.satchel.core.workload;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an exit means for an attempt, given why its job was told to end, if it was. */
final class Outcomes {
  private static final int SIGNAL_BASE = 128;
  private static final int SIGNALS = 64; // Source: signal(7), SIGRTMAX.

  private Outcomes() {}

  static Outcome of(WorkloadSpec spec, Attempt attempt, Observation.Exited exited) {
    Cause stop = attempt.stopCause();
    if (stop != null) {
      return told(stop, exited.since(), exited.code());
    }
    return spec.lasting() == Lasting.SERVICE && exited.code() == 0
        ? new Outcome(
            WorkloadState.ERRORED,
            Cause.EXIT_CODE,
            "It is a service, and ended by itself (exit code 0).",
            exited.since(),
            0)
        : byItself(exited);
  }

  /** What was told to end, and did, was not lost: only its exit code was. */
  static Outcome of(Attempt attempt, Observation.Gone gone) {
    Cause stop = attempt.stopCause();
    return stop == null
        ? Outcome.of(WorkloadState.FAILED, Cause.LOST, gone.why())
        : told(stop, null, null);
  }

  /** It ran, and its engine knows nothing of it any more: it is not tried again. */
  static Outcome vanished() {
    return Outcome.of(
        WorkloadState.FAILED,
        Cause.UNSEEN,
        "Its engine has no record of it any more, so nobody can say how it ended.");
  }

  static Outcome supersededBeforeItsStart() {
    return Outcome.of(
        WorkloadState.TERMINATED,
        Cause.SUPERSEDED,
        "A resubmission took its place before it started.");
  }

  /** The job ended well, and what it left cannot be its output. */
  static Outcome outputRefused(Outcome ended, String why) {
    return new Outcome(
        WorkloadState.ERRORED, Cause.OUTPUT_REFUSED, why, ended.startedAt(), ended.exitCode());
  }

  /** The job ended, and not all that it wrote is where it was to be. */
  static Outcome lost(Outcome ended, String why) {
    return new Outcome(
        WorkloadState.FAILED, Cause.MOUNT_FAILED, why, ended.startedAt(), ended.exitCode());
  }

  static Outcome elsewhere(Workloads.Ran ran, Instant now) {
    Instant began = now.minus(ran.lasted());
    return ran.succeeded()
        ? new Outcome(WorkloadState.COMPLETED, null, null, began, null)
        : new Outcome(
            WorkloadState.ERRORED,
            Cause.FAILED_ELSEWHERE,
            ran.error().isEmpty() ? "It ran elsewhere, and failed there." : ran.error(),
            began,
            null);
  }

  private static Outcome told(Cause stop, @Nullable Instant since, @Nullable Integer code) {
    return switch (stop) {
      case TIMEOUT ->
          new Outcome(
              WorkloadState.ERRORED,
              Cause.TIMEOUT,
              "Its time was up, so it was ended.",
              since,
              code);
      case BUCKET_FULL ->
          new Outcome(
              WorkloadState.ERRORED,
              Cause.BUCKET_FULL,
              "It wrote to its buckets faster than they took it, until this machine had no more room"
                  + " for what waits (--bucket-unwritten-mb, and 1 GB of disk that is kept free), so"
                  + " it was ended; what it had written went on to be uploaded.",
              since,
              code);
      case SUPERSEDED ->
          new Outcome(
              WorkloadState.TERMINATED,
              Cause.SUPERSEDED,
              "A resubmission took its place.",
              since,
              code);
      case TERMINATED,
          WAITING,
          SECRET_NOT_FOUND,
          CREDENTIAL_NOT_FOUND,
          VOLUME_NOT_FOUND,
          MOUNT_FAILED,
          EXIT_CODE,
          OUTPUT_REFUSED,
          FAILED_ELSEWHERE,
          OUT_OF_MEMORY,
          IMAGE_PULL,
          START_FAILED,
          LOST,
          NOT_STARTED,
          STORING_LOG,
          WRITING_BACK,
          UNSEEN ->
          new Outcome(
              WorkloadState.TERMINATED, Cause.TERMINATED, "Somebody asked it to end.", since, code);
    };
  }

  private static Outcome byItself(Observation.Exited exited) {
    int code = exited.code();
    if (code == 0) {
      return new Outcome(WorkloadState.COMPLETED, null, null, exited.since(), 0);
    }
    if (exited.outOfMemory()) {
      return new Outcome(
          WorkloadState.ERRORED,
          Cause.OUT_OF_MEMORY,
          "It used more memory than it may, and was killed (exit code " + code + ").",
          exited.since(),
          code);
    }
    String how =
        switch (code) {
          case 126 ->
              "Its command could not be executed (exit code 126): is it a program, with its run bit set?";
          case 127 -> "Its command was not found (exit code 127).";
          default ->
              code > SIGNAL_BASE && code <= SIGNAL_BASE + SIGNALS
                  ? "It was ended by signal " + (code - SIGNAL_BASE) + " (exit code " + code + ")."
                  : "It exited with code " + code + ".";
        };
    return new Outcome(WorkloadState.ERRORED, Cause.EXIT_CODE, how, exited.since(), code);
  }

  /** Of an attempt whose host was declared lost. */
  static Outcome declaredLost(Attempt attempt) {
    return Outcome.of(WorkloadState.FAILED, Cause.LOST, String.valueOf(attempt.reason()));
  }
}
