package dev.satchel.sdk;

import org.jspecify.annotations.Nullable;

/** The request is refused for what it holds: a name, a size, a combination. */
public final class Invalid extends SatchelException {
  private static final long serialVersionUID = 1L;

  private final String field;

  Invalid(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.field = "";
  }

  Invalid(Refusal refusal) {
    super(refusal);
    this.field = refusal.text("field");
  }

  /**
   * Where in the request it is, such as {@code entries[2].location}.
   *
   * @return empty where the server did not say
   */
  public String field() {
    return field;
  }
}
