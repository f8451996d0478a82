package dev.satchel.sdk.discovery;

import java.util.List;

/** No server, or no token for it, is known. The message says why, the hints what to do next. */
public final class DiscoveryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is missing. */
  public enum Kind {
    /** No server is named, and none runs here. */
    NO_SERVER,
    /** A server is known, and no token for it. */
    NO_TOKEN,
    /** What names the server is no URL of one. */
    WRONG_URL,
    /** A login cannot be written. */
    NOT_KEPT,
    /** What names the authority of the server's certificate is no certificate. */
    NO_AUTHORITY
  }

  private final Kind kind;
  private final transient List<String> hints;

  DiscoveryException(Kind kind, String message, String... hints) {
    super(message);
    this.kind = kind;
    this.hints = List.of(hints);
  }

  /**
   * What is missing.
   *
   * @return never null
   */
  public Kind kind() {
    return kind;
  }

  /**
   * What happened, in a sentence.
   *
   * @return the message
   */
  public String what() {
    return String.valueOf(getMessage());
  }

  /**
   * What to do next, a line each.
   *
   * @return none where the message says all
   */
  public List<String> hints() {
    return hints;
  }
}
