package dev.satchel.sdk;

/** The server failed, or what answered is no Satchel server. */
public final class RemoteFailure extends SatchelException {
  private static final long serialVersionUID = 1L;

  private final String errorId;

  RemoteFailure(Refusal refusal) {
    super(refusal);
    this.errorId = refusal.text("error_id");
  }

  /**
   * Under which the server's log has the cause.
   *
   * @return empty where the server did not say
   */
  public String errorId() {
    return errorId;
  }
}
