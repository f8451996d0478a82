package dev.satchel.server.docker;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Observation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was last seen of each attempt, for as long as nothing has changed since it was asked.
 * Thread-safe.
 */
final class Sightings {
  private final ConcurrentMap<AttemptId, Sighting> all = new ConcurrentHashMap<>();
  private final Map<AttemptId, Object> looks = new ConcurrentHashMap<>();

  /**
   * Of one attempt.
   *
   * @param seen null where it is to be looked at anew
   * @param container the engine's id of it; null where none is known
   * @param turn how many changes were told of
   */
  private record Sighting(@Nullable Observation seen, @Nullable String container, int turn) {
    static final Sighting NONE = new Sighting(null, null, 0);
  }

  private Sighting of(AttemptId id) {
    return all.getOrDefault(id, Sighting.NONE);
  }

  /** Null where it is to be looked at anew. */
  @Nullable Observation seen(AttemptId id) {
    return of(id).seen();
  }

  /** The engine's id of its container; null where none is known. */
  @Nullable String container(AttemptId id) {
    return of(id).container();
  }

  /** To be asked before the engine is, and given to {@link #keep}. */
  int turn(AttemptId id) {
    return all.computeIfAbsent(id, absent -> Sighting.NONE).turn();
  }

  /** Keeps what was seen, where no change was told of since that turn. */
  void keep(AttemptId id, Observation seen, String container, int turn) {
    all.computeIfPresent(
        id,
        (key, now) -> new Sighting(now.turn() == turn ? seen : now.seen(), container, now.turn()));
  }

  /**
   * Something changed, of an attempt that was asked about: what was asked before is not kept after.
   */
  void changed(AttemptId id) {
    all.computeIfPresent(id, (key, now) -> new Sighting(null, now.container(), now.turn() + 1));
  }

  /** What was seen to run may have ended unseen; an end is one for good. */
  void doubtWhatRuns() {
    all.keySet()
        .forEach(
            id -> {
              if (seen(id) instanceof Observation.Running) {
                changed(id);
              }
            });
  }

  /** Looks once where several ask at once. */
  Observation look(
      AttemptId id, Supplier<@Nullable Observation> known, Supplier<Observation> look) {
    Object turnstile = looks.computeIfAbsent(id, absent -> new Object());
    synchronized (turnstile) {
      try {
        Observation meanwhile = known.get();
        return meanwhile == null ? look.get() : meanwhile;
      } finally {
        looks.remove(id, turnstile);
      }
    }
  }

  void remove(AttemptId id) {
    all.remove(id);
  }
}
