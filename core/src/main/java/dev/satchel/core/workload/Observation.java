package dev.satchel.core.workload;

import java.time.Instant;

/** What an engine sees of an attempt. */
public sealed interface Observation {
  /** The engine has nothing of it, and its start was never taken. */
  record Absent() implements Observation {}

  /** The start was taken, and the job does not run yet. */
  record Starting() implements Observation {}

  record Running(Instant since) implements Observation {}

  /**
   * The job has ended, and its true exit code is known.
   *
   * @param since when it began to run
   * @param code 0 to 255; 128 + n where signal n ended it
   * @param outOfMemory whether it was killed for using more memory than it may
   */
  record Exited(Instant since, int code, boolean outOfMemory) implements Observation {
    public Exited(Instant since, int code) {
      this(since, code, false);
    }
  }

  /** It was started and is known not to run any more, and nobody will ever know its exit code. */
  record Gone(String why) implements Observation {}
}
