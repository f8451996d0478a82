package dev.satchel.sdk;

/** What is there stands against it. Nothing was changed. */
public class Conflict extends SatchelException {
  private static final long serialVersionUID = 1L;

  Conflict(Refusal refusal) {
    super(refusal);
  }

  Conflict(String message) {
    super(message, null);
  }
}
