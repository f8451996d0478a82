package dev.satchel.sdk;

/**
 * Whether this JVM is itself an attempt that runs the caller's code. What is declared there was
 * declared before, where it was submitted from, so that nothing is made anew.
 */
final class RunningAttempt {
  /** Set where a JVM is started to run a caller's method in it. */
  static final String PROPERTY = "satchel.attempt";

  /** What every job has, also one that starts a JVM of its own. */
  static final String VARIABLE = "SATCHEL_ATTEMPT_ID";

  private RunningAttempt() {}

  static boolean isHere() {
    return System.getProperty(PROPERTY) != null || System.getenv(VARIABLE) != null;
  }
}
