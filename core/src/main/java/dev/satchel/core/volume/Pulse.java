package dev.satchel.core.volume;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether clients could renew their leases since the last beat. They could not where this process
 * stood still, where a write failed, and where the clock jumped, for leases go by it. Beats come
 * from one thread; a miss may come from any.
 */
final class Pulse {
  private static final Duration GAP_MAX = Duration.ofSeconds(10);
  private static final Duration JUMP_MAX = Duration.ofSeconds(2);

  private record Beat(Instant at, long nanos) {}

  private final LongSupplier nanos;
  private final AtomicBoolean missed = new AtomicBoolean();
  private @Nullable Beat last; // Null until the first, before which no server was there.

  Pulse(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Begins the next while, and says whether the last was as it should be. */
  boolean beat(Instant now) {
    Beat before = last;
    Beat current = new Beat(now, nanos.getAsLong());
    last = current;
    return !missed.getAndSet(false) && before != null && isRegular(before, current);
  }

  private static boolean isRegular(Beat before, Beat now) {
    Duration passed = Duration.ofNanos(now.nanos() - before.nanos());
    Duration jumped = Duration.between(before.at(), now.at()).minus(passed).abs();
    return passed.compareTo(GAP_MAX) <= 0 && jumped.compareTo(JUMP_MAX) <= 0;
  }

  /** What was written since the last beat failed, and renewals too. */
  void miss() {
    missed.set(true);
  }
}
