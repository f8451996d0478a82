package dev.satchel.sdk;

/** The token is not accepted: wrong, expired or revoked. */
public final class Unauthorized extends SatchelException {
  private static final long serialVersionUID = 1L;

  Unauthorized(Refusal refusal) {
    super(refusal);
  }
}
