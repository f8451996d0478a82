package dev.satchel.sdk;

/** The time that the caller gave is up. What was asked for may still happen. */
public final class TimedOut extends SatchelException {
  private static final long serialVersionUID = 1L;

  TimedOut(String message) {
    super(message, null);
  }
}
