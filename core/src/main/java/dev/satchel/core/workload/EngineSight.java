package dev.satchel.core.workload;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an engine now.
 *
 * @param identity which machine it is, as it said last; null where it never answered
 * @param since when it began to be so; null where that is not known
 * @param reason why it does not answer; null where it does
 */
public record EngineSight(
    State state,
    @Nullable EngineIdentity identity,
    @Nullable Instant since,
    @Nullable String reason) {
  /** Whether it answers. */
  public enum State {
    REACHABLE,
    UNREACHABLE,
    /** It is being asked for the first time. */
    ASKED
  }

  /** Whether it answers, and as the machine on which something was placed. */
  boolean shows(@Nullable Placement placed) {
    return state == State.REACHABLE
        && identity != null
        && placed != null
        && identity.host().equals(placed.engine().host());
  }

  static EngineSight of(EngineIdentity identity) {
    return new EngineSight(State.REACHABLE, identity, null, null);
  }
}
