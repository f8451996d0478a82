package dev.satchel.server.s3;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes, by their prefixes, whose objects are being removed, some at once; one is not gone while
 * a file is being written, and is looked through again after that. Nothing of it outlives the
 * server: whoever remembers what is to be removed asks again. Thread-safe.
 */
final class Removals {
  private static final Logger LOG = LoggerFactory.getLogger(Removals.class);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(30);

  private static final int AT_ONCE = 4;

  private final S3Objects objects;
  private final InstantSource clock;
  private final Map<String, State> states = new HashMap<>();
  private final Semaphore room = new Semaphore(AT_ONCE, true);
  private final Map<String, Integer> writes = new HashMap<>();

  private sealed interface State {
    /**
     * @param changed whether a file was written since it began
     */
    record Running(boolean changed) implements State {}

    record Done() implements State {}

    record Failed(Instant again) implements State {}
  }

  Removals(S3Objects objects, InstantSource clock) {
    this.objects = objects;
    this.clock = clock;
  }

  synchronized void begin(String prefix) {
    boolean due =
        switch (states.get(prefix)) {
          case null -> true;
          case State.Running(boolean _) -> false;
          case State.Done() -> false;
          case State.Failed(Instant again) -> !again.isAfter(clock.instant());
        };
    if (due) {
      states.put(prefix, new State.Running(false));
      Thread.ofVirtual().name("remove-objects").start(() -> run(prefix));
    }
  }

  private void run(String prefix) {
    room.acquireUninterruptibly();
    State end = new State.Failed(clock.instant().plus(AGAIN_AFTER));
    try {
      objects.removeAll(prefix);
      end = new State.Done();
    } catch (RuntimeException e) {
      LOG.warn(
          "the objects of a deleted volume, {}, could not be removed now: {}",
          prefix,
          e.toString());
    } finally {
      room.release();
      ended(prefix, end);
    }
  }

  private synchronized void ended(String prefix, State end) {
    boolean stale = states.get(prefix) instanceof State.Running(boolean changed) && changed;
    states.put(prefix, stale ? new State.Failed(Instant.MIN) : end);
  }

  /** Whether anything is there yet; that all is gone is told once, and then forgotten. */
  synchronized boolean isRunning(String prefix) {
    if (writes.containsKey(prefix)) {
      return true;
    }
    return switch (states.get(prefix)) {
      case null -> false;
      case State.Running(boolean _) -> true;
      case State.Failed(Instant _) -> true;
      case State.Done() -> {
        states.remove(prefix);
        yield false;
      }
    };
  }

  /** A file of a volume is being written, until that is {@link #written}. */
  synchronized void writing(String prefix) {
    writes.merge(prefix, 1, Integer::sum);
  }

  /** What was removed before this may not have been all. */
  synchronized void written(String prefix) {
    writes.computeIfPresent(prefix, (_, count) -> count == 1 ? null : count - 1);
    switch (states.get(prefix)) {
      case null -> {}
      case State.Running(boolean _) -> states.put(prefix, new State.Running(true));
      case State.Done() -> states.put(prefix, new State.Failed(Instant.MIN));
      case State.Failed(Instant _) -> {}
    }
  }
}
