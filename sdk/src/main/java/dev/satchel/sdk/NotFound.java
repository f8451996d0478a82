package dev.satchel.sdk;

/** There is nothing of that name or id, or it is another workspace's. */
public final class NotFound extends SatchelException {
  private static final long serialVersionUID = 1L;

  private final String name;

  NotFound(Refusal refusal) {
    super(refusal);
    this.name = refusal.text("name");
  }

  /**
   * The name of what is missing.
   *
   * @return empty where the server did not say
   */
  public String name() {
    return name;
  }
}
