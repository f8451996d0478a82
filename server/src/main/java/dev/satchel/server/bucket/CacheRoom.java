package dev.satchel.server.bucket;

import dev.satchel.core.bucket.BucketMountId;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
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

  private final LongSupplier free;
  private final long unwrittenMaxBytes;
  private final LongSupplier nanos;
  private final ToLongFunction<Path> counted;
  private final Map<BucketMountId, Look> looks = new ConcurrentHashMap<>();
  private final Set<BucketMountId> blamed = new HashSet<>(); // Guarded by this, as the next is.
  private @Nullable Long blamedAtNanos; // Null until one was.

  private record Look(long bytes, long atNanos) {}

  CacheRoom(Path directory, long unwrittenMaxBytes) {
    // Not by its file store: within a changed root there may be none.
    this(
        () -> directory.toFile().getUsableSpace(),
        unwrittenMaxBytes,
        System::nanoTime,
        cache -> CacheIndex.unwritten(cache).bytes());
  }

  /**
   * @param free how many bytes of the disk are
   */
  CacheRoom(LongSupplier free, long unwrittenMaxBytes, LongSupplier nanos) {
    this(free, unwrittenMaxBytes, nanos, cache -> CacheIndex.unwritten(cache).bytes());
  }

  /**
   * @param counted how many bytes a mount's directory holds
   */
  CacheRoom(
      LongSupplier free, long unwrittenMaxBytes, LongSupplier nanos, ToLongFunction<Path> counted) {
    this.counted = counted;
    this.free = free;
    this.unwrittenMaxBytes = unwrittenMaxBytes;
    this.nanos = nanos;
  }

  /**
   * Looked at anew every few seconds, at once where the disk is about to be full. Then the mount
   * that holds most is, and the next one only where the disk is that full a few seconds later
   * still.
   *
   * @param caches of all mounts, this one's among them
   */
  boolean isTooFull(BucketMountId id, Map<BucketMountId, Path> caches) {
    looks.keySet().retainAll(caches.keySet());
    boolean scarce = free.getAsLong() < FREE_MIN_BYTES;
    long bytes = bytes(id, caches, scarce ? Duration.ZERO : EVERY);
    return bytes > unwrittenMaxBytes || isBlamed(id, scarce && bytes > BLAMED_MIN_BYTES, caches);
  }

  private synchronized boolean isBlamed(
      BucketMountId id, boolean mayBe, Map<BucketMountId, Path> caches) {
    if (!mayBe) {
      blamed.remove(id);
      return false;
    }
    Long before = blamedAtNanos;
    boolean isNext = before == null || nanos.getAsLong() - before >= EVERY.toNanos();
    if (!blamed.contains(id) && isNext && holdsMost(id, caches)) {
      blamed.add(id);
      blamedAtNanos = nanos.getAsLong();
    }
    return blamed.contains(id);
  }

  /** Of those that are not blamed already: these take a while to upload what they hold. */
  private boolean holdsMost(BucketMountId id, Map<BucketMountId, Path> caches) {
    long own = bytes(id, caches, EVERY);
    return caches.keySet().stream()
        .filter(other -> !other.equals(id) && !blamed.contains(other))
        .allMatch(other -> bytesIfSeen(other, caches) <= own);
  }

  private long bytesIfSeen(BucketMountId id, Map<BucketMountId, Path> caches) {
    try {
      return bytes(id, caches, EVERY);
    } catch (UncheckedIOException e) { // Its own turn tells of it.
      return 0;
    }
  }

  private long bytes(BucketMountId id, Map<BucketMountId, Path> caches, Duration age) {
    Look before = looks.get(id);
    long now = nanos.getAsLong();
    if (before != null && now - before.atNanos() < age.toNanos()) {
      return before.bytes();
    }
    Path cache = caches.get(id);
    long bytes = cache == null ? 0 : counted.applyAsLong(cache);
    looks.put(id, new Look(bytes, now));
    return bytes;
  }

  synchronized void forget(BucketMountId id) {
    looks.remove(id);
    blamed.remove(id);
  }

  /**
   * How much may be brought here now.
   *
   * @param coming how many bytes are on their way already
   */
  long leftBytes(long coming) {
    return Math.min(unwrittenMaxBytes, Math.max(0, free.getAsLong() - FREE_MIN_BYTES - coming));
  }

  /** Why nothing more may be written; null where it may. */
  @Nullable String objection() {
    long left = free.getAsLong();
    return left < FREE_MIN_BYTES
        ? "The disk of the server's data directory has "
            + left / 1_000_000
            + " MB free, and buckets are mounted for writing while it has 1000 or more: make room"
            + " there, or mount the bucket read-only."
        : null;
  }
}
