package dev.satchel.server.bucket;

import dev.satchel.core.bucket.BucketMountId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongUnaryOperator;

/** How many bytes are on their way to this disk, which has them counted as free. Thread-safe. */
final class Coming {
  private final Map<BucketMountId, Long> bytes = new ConcurrentHashMap<>();

  /**
   * Keeps room for what is about to come, where there is enough beside all else that comes.
   *
   * @param beside how much room there is beside so many bytes
   * @return how much there is without it; less than was asked for where nothing is kept
   */
  synchronized long keep(BucketMountId id, long wanted, LongUnaryOperator beside) {
    long left = beside.applyAsLong(bytes.values().stream().mapToLong(Long::longValue).sum());
    if (wanted <= left) {
      bytes.put(id, wanted);
    }
    return left;
  }

  /** Notes how much of it is not there yet. */
  void left(BucketMountId id, long left) {
    bytes.computeIfPresent(id, (it, before) -> Math.max(0, left));
  }

  void ended(BucketMountId id) {
    bytes.remove(id);
  }
}
