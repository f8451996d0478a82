package dev.satchel.sdk;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong, as the one family of exceptions that this client throws. All are unchecked. A
 * message says what happened and names names, never values.
 *
 * <p>A blocking method throws them with the caller's own stack trace; the future of an {@code
 * Async} twin is completed with them.
 */
public abstract class SatchelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  SatchelException(Refusal refusal) {
    super(refusal.detail());
    this.status = refusal.status();
    this.code = refusal.code();
  }

  SatchelException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = 0;
    this.code = "";
  }

  /**
   * The HTTP status of the refusal.
   *
   * @return 0 where no answer came
   */
  public final int status() {
    return status;
  }

  /**
   * The server's stable code of the refusal, such as {@code SECRET_IN_USE}.
   *
   * @return empty where no answer came, or one without a code
   */
  public final String code() {
    return code;
  }
}
