package dev.satchel.server.bucket;

import dev.satchel.core.bucket.BucketMountId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How much of mounts may wait on this machine to be uploaded. rclone drops from its cache what the
 * bucket has, and keeps what it has not got, however much: nobody else keeps it from filling the
 * disk that the server's own state is on.
 */
final class CacheRoom {
  private static final long FREE_MIN_BYTES = 1_000_000_000;

  /** A mount with less is not what fills a disk. */
  private static final long BLAMED_MIN_BYTES = 100_000_000;

  private static final Duration EVERY = Duration.ofSeconds(8); // All notes of its cache are read.

  private final Path directory;
  private final long unwrittenMaxBytes;
  private final Map<BucketMountId, Look> looks = new ConcurrentHashMap<>();

  private record Look(boolean tooFull, long atNanos) {}

  CacheRoom(Path directory, long unwrittenMaxBytes) {
    this.directory = directory;
    this.unwrittenMaxBytes = unwrittenMaxBytes;
  }

  /** Looked at anew every few seconds, at once where the disk is about to be full. */
  boolean isTooFull(BucketMountId id, Path cache) {
    boolean scarce = free() < FREE_MIN_BYTES;
    Look before = looks.get(id);
    long now = System.nanoTime();
    if (before != null && !scarce && now - before.atNanos() < EVERY.toNanos()) {
      return before.tooFull();
    }
    long bytes = CacheIndex.unwritten(cache).bytes();
    boolean tooFull = bytes > unwrittenMaxBytes || (scarce && bytes > BLAMED_MIN_BYTES);
    looks.put(id, new Look(tooFull, now));
    return tooFull;
  }

  void forget(BucketMountId id) {
    looks.remove(id);
  }

  /** Why nothing more may be written; null where it may. */
  @Nullable String objection() {
    long free = free();
    return free < FREE_MIN_BYTES
        ? "The disk of the server's data directory has "
            + free / 1_000_000
            + " MB free, and buckets are mounted for writing while it has 1000 or more: make room"
            + " there, or mount the bucket read-only."
        : null;
  }

  private long free() {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
