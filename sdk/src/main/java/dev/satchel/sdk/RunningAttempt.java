package dev.satchel.sdk;

/**
 * Whether this JVM is itself an attempt that runs the caller's code. What is declared there was
 * declared before, where it was submitted from, so that nothing is made anew.
 */
final class RunningAttempt {
  /** Set by whatever starts a JVM to run a caller's code in it. */
  static final String PROPERTY = "satchel.attempt";

  private RunningAttempt() {}

  static boolean isHere() {
    return System.getProperty(PROPERTY) != null;
  }
}
