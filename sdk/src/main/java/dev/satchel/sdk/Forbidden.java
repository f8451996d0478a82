package dev.satchel.sdk;

/** The token is accepted, and may not do this. */
public final class Forbidden extends SatchelException {
  private static final long serialVersionUID = 1L;

  Forbidden(Refusal refusal) {
    super(refusal);
  }
}
