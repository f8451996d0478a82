package dev.satchel.core.workload;

import org.jspecify.annotations.Nullable;

/**
 * How a command that ran inside an attempt ended.
 *
 * @param code its exit code, 128 + n where signal n ended it; null where nobody knows it
 * @param cause what ended it, where that was not the command itself; null otherwise
 * @param reason the same as a sentence; null with the cause
 */
public record ExecEnd(@Nullable Integer code, @Nullable Cause cause, @Nullable String reason) {
  /** What ends a command that does not end by itself, as a stable code. */
  public enum Cause {
    /** The attempt does not run any more, so neither does anything inside it. */
    ATTEMPT_ENDED,
    /** It ran for as long as one may. */
    TIME_LIMIT,
    /** The token that it was started with was revoked, or has expired. */
    TOKEN_ENDED,
    SERVER_STOPPING,
    /** The engine does not answer any more: it may run on. */
    ENGINE_UNAVAILABLE
  }

  public static ExecEnd exited(int code) {
    return new ExecEnd(code, null, null);
  }

  public static ExecEnd because(@Nullable Integer code, Cause cause, String reason) {
    return new ExecEnd(code, cause, reason);
  }
}
