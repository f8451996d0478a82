package dev.satchel.server.bucket;

import dev.satchel.core.bucket.BucketMountId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether what serves mounts still answers. A process of its own asks, one for each mount: whoever
 * asks what hangs hangs too, and cannot be ended before that is. It asks for what the mount tool
 * answers without its bucket, so that a service that is slow or away is not taken for a tool that
 * hangs. Source: rclone, vfs/vfs.go, Statfs.
 */
final class Pulse {
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final int FAILED = 1; // Source: GNU coreutils manual, "Exit status".

  private final Duration limit;
  private final Map<BucketMountId, Beat> beats = new ConcurrentHashMap<>();

  /**
   * @param asking null once it was answered
   */
  private record Beat(@Nullable Process asking, long sinceNanos) {
    private boolean isOlderThan(Duration age) {
      return System.nanoTime() - sinceNanos > age.toNanos();
    }
  }

  /**
   * @param limit what takes longer to answer hangs
   */
  Pulse(Duration limit) {
    this.limit = limit;
  }

  /** Whether it has not answered for too long. Never waits; acts on one mount come in turn. */
  boolean isLost(BucketMountId id, Path place) throws IOException {
    Beat beat = beats.get(id);
    if (beat == null || (beat.asking() == null && beat.isOlderThan(EVERY))) {
      beats.put(id, new Beat(ask(place), System.nanoTime()));
      return false;
    }
    Process asking = beat.asking();
    if (asking != null && !asking.isAlive()) {
      int code = asking.exitValue();
      boolean answered = code == 0 || code == FAILED; // Else it was ended before it could tell.
      beats.put(id, new Beat(answered ? null : ask(place), System.nanoTime()));
      return code == FAILED; // Nobody serves what is there.
    }
    return asking != null && beat.isOlderThan(limit);
  }

  /** What comes next at this place is another. */
  void forget(BucketMountId id) {
    Beat beat = beats.remove(id);
    Process asking = beat == null ? null : beat.asking();
    if (asking != null) {
      asking.destroyForcibly();
    }
  }

  private static Process ask(Path place) throws IOException {
    return Commands.start(
        List.of("stat", "--file-system", "--format=%T", place.toString()),
        Map.of("PATH", Rclone.STANDARD_PATH));
  }
}
