package dev.satchel.sdk;

/** There is one of that name already. */
public final class AlreadyExists extends Conflict {
  private static final long serialVersionUID = 1L;

  AlreadyExists(Refusal refusal) {
    super(refusal);
  }
}
