package dev.satchel.server.process;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what becomes of the attempts that have not ended, and tells whom it concerns. One thread,
 * which sleeps while there are none. Those started in this life of the server are also looked at
 * the moment their runner ends.
 */
final class AttemptWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AttemptWatch.class);
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final Function<AttemptId, Observation> observe;
  private final Consumer<AttemptId> gone;
  private final List<Consumer<AttemptId>> listeners = new CopyOnWriteArrayList<>();
  private final Map<AttemptId, String> live = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param observe what an attempt looks like now
   * @param gone called once where an attempt ended without an exit code
   */
  AttemptWatch(Function<AttemptId, Observation> observe, Consumer<AttemptId> gone) {
    this.observe = observe;
    this.gone = gone;
    this.thread = Thread.ofPlatform().daemon().name("process-engine-watch").unstarted(this::run);
    thread.start();
  }

  void onChange(Consumer<AttemptId> listener) {
    listeners.add(listener);
  }

  void add(AttemptId attempt) {
    live.putIfAbsent(attempt, "");
    LockSupport.unpark(thread);
  }

  void forget(AttemptId attempt) {
    live.remove(attempt);
  }

  boolean live(AttemptId attempt) {
    return live.containsKey(attempt);
  }

  private void run() {
    while (!closed) {
      if (live.isEmpty()) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, INTERVAL.toNanos());
      }
      live.keySet().forEach(this::look);
    }
  }

  /** Looks at an attempt and tells where it is not what it was. */
  void look(AttemptId attempt) {
    try {
      Observation now = observe.apply(attempt);
      if (changed(attempt, now)) {
        if (now instanceof Observation.Gone) {
          gone.accept(attempt);
        }
        listeners.forEach(listener -> listener.accept(attempt));
      }
    } catch (RuntimeException e) {
      log.warn("Looking at attempt {} failed; it is looked at again.", attempt, e);
    }
  }

  private synchronized boolean changed(AttemptId attempt, Observation now) {
    String before = live.get(attempt);
    String kind = now.getClass().getSimpleName();
    if (before == null || before.equals(kind)) {
      return false;
    }
    boolean over =
        switch (now) {
          case Observation.Absent _ -> false; // Its runner may still come.
          case Observation.Starting _ -> false;
          case Observation.Running _ -> false;
          case Observation.Exited _ -> true;
          case Observation.Gone _ -> true;
        };
    if (over) {
      live.remove(attempt);
    } else {
      live.put(attempt, kind);
    }
    return true;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
