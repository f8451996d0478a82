package dev.satchel.sdk;

/** The bundle has another revision than the write expected. */
public final class RevisionMismatch extends Conflict {
  private static final long serialVersionUID = 1L;

  private final long revision;

  RevisionMismatch(Refusal refusal) {
    super(refusal);
    this.revision = refusal.number("revision");
  }

  /**
   * The revision that it has.
   *
   * @return 0 where there is no such bundle
   */
  public long revision() {
    return revision;
  }
}
