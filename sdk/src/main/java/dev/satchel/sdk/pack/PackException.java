package dev.satchel.sdk.pack;

/** A directory cannot be sent as it is. The message says why, and what to do about it. */
public final class PackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PackException(String message) {
    super(message);
  }

  PackException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * What happened, in a sentence.
   *
   * @return the message
   */
  public String what() {
    return String.valueOf(getMessage());
  }
}
