package dev.satchel.server.process;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.Observation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** Waits until a start is known to have worked or to have failed, for a few seconds at most. */
final class StartWait {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int MESSAGE_MAX_BYTES = 500;
  private static final int LONGEST_PAUSE_MILLIS = 5;

  private final ControlDirectory control;
  private final Process runner;
  private final Supplier<Observation> observe;

  StartWait(ControlDirectory control, Process runner, Supplier<Observation> observe) {
    this.control = control;
    this.runner = runner;
    this.observe = observe;
  }

  /**
   * Returns once the job runs or ran, or is sure to be seen later.
   *
   * @throws RefusedException START_FAILED where nothing was started and nothing will be
   */
  void await() {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    for (int looks = 1; System.nanoTime() < deadline; looks++) {
      boolean ended = !runner.isAlive(); // Asked first: what is seen then is its last word.
      switch (observe.get()) {
        case Observation.Running _ -> {
          return;
        }
        case Observation.Exited _ -> {
          return;
        }
        case Observation.Gone gone -> throw refusal(gone);
        case Observation.Absent _ -> {
          if (ended) {
            forbid();
            return;
          }
        }
        case Observation.Starting _ -> {}
      }
      pause(Math.min(looks, LONGEST_PAUSE_MILLIS));
    }
  }

  private void forbid() {
    try {
      if (control.forbid()) {
        throw new RefusedException(
            Reason.START_FAILED, "The job's runner ended before it could take the start.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Its fate is unknown; the reconciler settles it.
    }
  }

  private RefusedException refusal(Observation.Gone gone) {
    RunnerRecord record = control.runner();
    String said = record != null && control.failed() ? saidBeforeTheJob(record.launch()) : "";
    String why = said.isEmpty() ? gone.why() : gone.why() + ": " + said;
    return new RefusedException(Reason.START_FAILED, "The job was not started: " + why);
  }

  /** What the isolation said; nothing where a job has begun, which could have said it too. */
  private static String saidBeforeTheJob(Path launch) {
    if (Files.exists(launch.resolve("begun"))) {
      return "";
    }
    try (InputStream said = Files.newInputStream(launch.resolve("said"))) {
      return new String(said.readNBytes(MESSAGE_MAX_BYTES), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
