package dev.satchel.server.s3;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes whose objects are being removed, each by a thread of its own. Nothing of it outlives the
 * server: whoever remembers what is to be removed asks again. Thread-safe.
 */
final class Removals {
  private static final Logger LOG = LoggerFactory.getLogger(Removals.class);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(30);

  private final S3Objects objects;
  private final InstantSource clock;
  private final Map<String, State> states = new HashMap<>();

  private sealed interface State {
    record Running() implements State {}

    record Done() implements State {}

    record Failed(Instant again) implements State {}
  }

  Removals(S3Objects objects, InstantSource clock) {
    this.objects = objects;
    this.clock = clock;
  }

  synchronized void begin(String volumeId, String prefix) {
    boolean due =
        switch (states.get(volumeId)) {
          case null -> true;
          case State.Running() -> false;
          case State.Done() -> false;
          case State.Failed(Instant again) -> !again.isAfter(clock.instant());
        };
    if (due) {
      states.put(volumeId, new State.Running());
      Thread.ofVirtual().name("remove-objects").start(() -> run(volumeId, prefix));
    }
  }

  private void run(String volumeId, String prefix) {
    State end = new State.Failed(clock.instant().plus(AGAIN_AFTER));
    try {
      objects.removeAll(prefix);
      end = new State.Done();
    } catch (RuntimeException e) {
      LOG.warn(
          "the objects of the deleted volume {} could not be removed now: {}",
          volumeId,
          e.toString());
    } finally {
      ended(volumeId, end);
    }
  }

  private synchronized void ended(String volumeId, State end) {
    states.put(volumeId, end);
  }

  /** Whether anything is there yet; that all is gone is told once, and then forgotten. */
  synchronized boolean isRunning(String volumeId) {
    return switch (states.get(volumeId)) {
      case null -> false;
      case State.Running() -> true;
      case State.Failed(Instant _) -> true;
      case State.Done() -> {
        states.remove(volumeId);
        yield false;
      }
    };
  }
}
