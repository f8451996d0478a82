package dev.satchel.core;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An expected no. The message says what was refused, why, and what to do next; it names names and
 * never a value.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final transient Map<String, Object> members = new LinkedHashMap<>();
  private transient boolean recorded;

  public RefusedException(Reason reason, String message) {
    super(
        message, null, false,
        false); // Expected, so without a stack trace: it costs more than the rest.
    this.reason = reason;
  }

  /** A value or name of the wrong form, at a place named by {@code field}. */
  public static RefusedException invalid(String field, String message) {
    return new RefusedException(Reason.INVALID, message).with("field", field);
  }

  /** Adds a member that the caller can act on, such as {@code workload_ids}. Returns this. */
  public RefusedException with(String name, Object value) {
    members.put(name, value);
    return this;
  }

  public Reason reason() {
    return reason;
  }

  /** Whether what was refused may have been done all the same: nobody knows yet. */
  public boolean mayBeDone() {
    return reason == Reason.STORE_UNCERTAIN;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  /** Whether nobody has taken it on to record this refusal; whoever asks has done so then. */
  public boolean toBeRecorded() {
    boolean first = !recorded;
    recorded = true;
    return first;
  }

  /** What the caller can act on, in the order it was added. */
  public Map<String, Object> members() {
    return Map.copyOf(members);
  }
}
