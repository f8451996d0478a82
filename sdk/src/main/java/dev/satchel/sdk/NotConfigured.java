package dev.satchel.sdk;

/** No server, or no token for it, is known. The message says what to set. */
public final class NotConfigured extends SatchelException {
  private static final long serialVersionUID = 1L;

  NotConfigured(String message) {
    super(message, null);
  }
}
