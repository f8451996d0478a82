package dev.satchel.server.docker;

import dev.satchel.core.workload.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
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

  /** When this machine began; null where that is not known. */
  static @Nullable Instant booted() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) { // Source: proc_stat(5).
      return lines
          .filter(line -> line.startsWith("btime "))
          .map(line -> Instant.ofEpochSecond(Long.parseLong(line.substring(6).strip())))
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * What an end means.
   *
   * @param last the engine's last absence; null where none was seen
   * @param booted when the engine's machine began; null where that is not known
   */
  static Observation judged(Container container, @Nullable Absence last, @Nullable Instant booted) {
    Observation seen = container.observation();
    Instant began = container.startedAt();
    Instant end = container.finishedAt();
    boolean signalled =
        seen instanceof Observation.Exited exited
            && SIGNALLED.contains(exited.code())
            && !exited.outOfMemory();
    if (!signalled || began == null || end == null) {
      return seen;
    }
    if (booted != null && began.isBefore(booted)) {
      return new Observation.Gone("Its machine was restarted, which ended it.");
    }
    return last != null && last.ended(began, end)
        ? new Observation.Gone("The container engine was restarted, which ended its containers.")
        : seen;
  }

  /**
   * A time in which an engine was not seen.
   *
   * @param from when it was seen to go
   * @param to when it was back; null while it is not
   */
  record Absence(Instant from, @Nullable Instant to) {
    private boolean ended(Instant began, Instant end) {
      return end.isAfter(from.minus(STOPPING))
          && (to == null || (began.isBefore(to) && end.isBefore(to.plus(MOMENT))));
    }
  }
}
