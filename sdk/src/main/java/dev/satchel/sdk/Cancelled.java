package dev.satchel.sdk;

/** The caller gave up: its thread was interrupted (and still is), or the client was closed. */
public final class Cancelled extends SatchelException {
  private static final long serialVersionUID = 1L;

  Cancelled(String message) {
    super(message, null);
  }
}
