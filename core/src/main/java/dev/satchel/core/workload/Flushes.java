package dev.satchel.core.workload;

import dev.satchel.core.bucket.Drain;
import dev.satchel.core.volume.Flush;
import dev.satchel.core.volume.VolumeDriver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has what jobs wrote into volumes on disk made durable, several times where that takes long. */
final class Flushes {
  private static final Logger LOG = LoggerFactory.getLogger(Flushes.class);
  private static final int TRIES_MAX = 10;
  private static final String NOT_SURE = "What it wrote into its volumes is not surely on disk: ";

  private final VolumeDriver volumes;
  private final Map<AttemptId, Integer> late = new ConcurrentHashMap<>();

  Flushes(VolumeDriver volumes) {
    this.volumes = volumes;
  }

  Drain flush(AttemptId attempt, List<String> volumeIds) {
    Drain drain = tried(attempt, volumeIds);
    if (!(drain instanceof Drain.Writing)) {
      late.remove(attempt);
    }
    if (drain instanceof Drain.Lost(String why)) {
      LOG.warn("attempt {}: {}", attempt, why);
    }
    return drain;
  }

  private Drain tried(AttemptId attempt, List<String> volumeIds) {
    for (String id : volumeIds) {
      switch (volumes.flush(id)) {
        case Flush.Done() -> {}
        case Flush.Failed(String why) -> {
          return new Drain.Lost(NOT_SURE + why + ".");
        }
        case Flush.Late() -> {
          return late.merge(attempt, 1, Integer::sum) < TRIES_MAX
              ? new Drain.Writing("The job has ended; the disk takes long to take what it wrote.")
              : new Drain.Lost(NOT_SURE + "it took too long, " + TRIES_MAX + " times.");
        }
      }
    }
    return new Drain.Done();
  }
}
