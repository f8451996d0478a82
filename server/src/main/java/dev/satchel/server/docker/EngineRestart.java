package dev.satchel.server.docker;

import dev.satchel.core.workload.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells the end of a job from that of its engine. An engine that stops, or that starts again
 * without live restore, ends its containers by signals; such an end says nothing about the job.
 */
final class EngineRestart {
  private static final Set<Integer> SIGNALLED = Set.of(137, 143, 255);

  /** How long an engine takes to end its containers before it ends itself, and some more. */
  private static final Duration STOPPING = Duration.ofSeconds(20);

  /** An engine that stops ends its containers first, so such an end is believed a moment later. */
  static final Duration MOMENT = Duration.ofSeconds(2);

  private EngineRestart() {}

  /**
   * Whether it is too early to say whose end it was.
   *
   * @param now by the clock of this machine; that of the engine's may be another
   */
  static boolean isOpen(Container container, Instant now) {
    Instant end = container.finishedAt();
    return container.observation() instanceof Observation.Exited exited
        && SIGNALLED.contains(exited.code())
        && !exited.outOfMemory()
        && end != null
        && end.isAfter(now.minus(MOMENT))
        && !end.isAfter(now.plus(MOMENT));
  }

  /**
   * @param lostAt when the engine was last seen to go; null where it never was
   */
  static Observation judged(Container container, @Nullable Instant lostAt) {
    Observation seen = container.observation();
    Instant end = container.finishedAt();
    boolean byEngine =
        seen instanceof Observation.Exited exited
            && SIGNALLED.contains(exited.code())
            && !exited.outOfMemory()
            && lostAt != null
            && end != null
            && end.isAfter(lostAt.minus(STOPPING));
    return byEngine
        ? new Observation.Gone("The container engine was restarted, which ended its containers.")
        : seen;
  }
}
