package dev.satchel.sdk;

/** What is there under that name has other properties than what was asked for. */
public final class Incompatible extends Conflict {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String have;
  private final String want;

  Incompatible(Refusal refusal) {
    super(refusal);
    this.field = refusal.text("field");
    this.have = refusal.text("have");
    this.want = refusal.text("want");
  }

  Incompatible(String message, String field, String have, String want) {
    super(message);
    this.field = field;
    this.have = have;
    this.want = want;
  }

  /**
   * The property that differs.
   *
   * @return its name in the API
   */
  public String field() {
    return field;
  }

  /**
   * What it is.
   *
   * @return as text
   */
  public String have() {
    return have;
  }

  /**
   * What was asked for.
   *
   * @return as text
   */
  public String want() {
    return want;
  }
}
