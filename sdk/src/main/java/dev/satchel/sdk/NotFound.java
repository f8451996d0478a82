package dev.satchel.sdk;

import java.util.List;

/** There is nothing of that name or id, or it is another workspace's. */
public final class NotFound extends SatchelException {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final transient List<String> digests; // Of code that is missing.

  NotFound(Refusal refusal) {
    super(refusal);
    this.name = refusal.text("name");
    this.digests = refusal.texts("digests");
  }

  /**
   * The name of what is missing.
   *
   * @return empty where the server did not say
   */
  public String name() {
    return name;
  }

  List<String> digests() {
    return digests;
  }
}
