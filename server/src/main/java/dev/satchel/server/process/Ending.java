package dev.satchel.server.process;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Observation;
import java.time.Duration;
import java.util.function.Function;

/** Ends one attempt: asks the job first, then ends its tree, then its runner. */
final class Ending {
  /** How long a tree may take to die; a process that waits for a dead disk takes for ever. */
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofMillis(10);

  private final ControlDirectory control;
  private final Function<AttemptId, Observation> observe;

  Ending(ControlDirectory control, Function<AttemptId, Observation> observe) {
    this.control = control;
    this.observe = observe;
  }

  void end(Duration grace) {
    long deadline = System.nanoTime() + grace.toNanos();
    boolean asked = false;
    do {
      RunnerRecord runner = control.runner();
      asked = asked || (runner != null && new ProcessTree(control.attempt(), runner).terminate());
      long look = System.nanoTime() + PAUSE.toNanos(); // The job may not run yet; then again.
      if (over(asked ? deadline : Math.min(look, deadline))) {
        return;
      }
    } while (System.nanoTime() < deadline);
    kill();
  }

  /** Ends what still runs, now; returns once nothing does. */
  void endNow() {
    kill();
    RunnerRecord runner = control.runner();
    if (runner != null && runner.alive()) {
      ProcessHandle.of(runner.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }
    if (control.exit() == null) {
      ProcessTree.killMarked(control.attempt());
    }
    if (!over(System.nanoTime() + KILL_LIMIT.toNanos())) {
      throw new IllegalStateException("attempt " + control.attempt() + " does not end");
    }
  }

  private void kill() {
    long deadline = System.nanoTime() + KILL_LIMIT.toNanos();
    while (!ended() && System.nanoTime() < deadline) {
      RunnerRecord runner = control.runner();
      if (runner != null) {
        new ProcessTree(control.attempt(), runner).kill();
      }
      over(System.nanoTime() + 5 * PAUSE.toNanos());
    }
  }

  /** Waits for the end, until a moment of {@link System#nanoTime}. */
  private boolean over(long deadline) {
    while (!ended()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      try {
        Thread.sleep(Duration.ofNanos(Math.min(left, PAUSE.toNanos())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return ended();
      }
    }
    return true;
  }

  private boolean ended() {
    return switch (observe.apply(control.attempt())) {
      case Observation.Absent _ -> true;
      case Observation.Starting _ -> false;
      case Observation.Running _ -> false;
      case Observation.Exited _ -> true;
      case Observation.Gone _ -> true;
    };
  }
}
