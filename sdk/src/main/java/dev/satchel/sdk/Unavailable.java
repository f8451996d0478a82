package dev.satchel.sdk;

import org.jspecify.annotations.Nullable;

/**
 * No answer came, or the server cannot do this now: it is down, busy, full, or has too much
 * waiting. Where the request may have been carried out all the same, the message says so.
 */
public final class Unavailable extends SatchelException {
  private static final long serialVersionUID = 1L;

  Unavailable(Refusal refusal) {
    super(refusal);
  }

  Unavailable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
