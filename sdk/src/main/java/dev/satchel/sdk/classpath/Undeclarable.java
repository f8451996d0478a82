package dev.satchel.sdk.classpath;

/** A method that cannot run elsewhere. The message says why, and what to write instead. */
public final class Undeclarable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Undeclarable(String message) {
    super(message);
  }
}
