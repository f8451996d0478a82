package dev.satchel.runner;

/** A value, or a type, that JSON cannot carry. The message names where, and never a value. */
public final class UncarriedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UncarriedException(String message) {
    super(message);
  }
}
