package dev.satchel.sdk;

/** This server cannot carry that out; the message says what, and often what to do instead. */
public final class Unsupported extends SatchelException {
  private static final long serialVersionUID = 1L;

  Unsupported(Refusal refusal) {
    super(refusal);
  }
}
