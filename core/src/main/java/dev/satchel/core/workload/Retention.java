package dev.satchel.core.workload;

import dev.satchel.core.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Forgets what ended long ago: workloads with their attempts and logs, and idempotency keys. */
public final class Retention {
  private static final int AT_ONCE = 200;
  private static final Duration IDEMPOTENCY_KEPT = Duration.ofHours(24);

  private final Store store;
  private final Logs logs;
  private final InstantSource clock;
  private final Duration kept;

  /**
   * @param kept how long workloads stay after their end
   */
  public Retention(Store store, Logs logs, InstantSource clock, Duration kept) {
    this.store = store;
    this.logs = logs;
    this.clock = clock;
    this.kept = kept;
  }

  /** Removes what is due, in small steps, so that other writers hardly wait. */
  public void sweep() {
    Instant now = clock.instant();
    store.write(
        tx -> {
          tx.idempotencyKeys().removeBefore(now.minus(IDEMPOTENCY_KEPT));
          return true;
        });
    List<String> ids;
    do {
      ids = store.read(tx -> tx.workloads().endedBefore(now.minus(kept), AT_ONCE));
      List<String> removed = ids;
      logs.remove(removed); // First, so that a row is left to find a log by.
      store.write(
          tx -> {
            tx.workloads().remove(removed);
            return true;
          });
    } while (ids.size() == AT_ONCE);
  }
}
