package dev.satchel.core.workload;

import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
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
      ids = store.write(tx -> removeEnded(tx, now.minus(kept)));
      logs.remove(ids);
    } while (ids.size() == AT_ONCE);
  }

  /** Looked for and removed in one unit of work: what was resubmitted meanwhile stays. */
  private static List<String> removeEnded(Tx tx, Instant before) {
    List<String> ids = tx.workloads().endedBefore(before, AT_ONCE);
    tx.workloads().remove(ids);
    return ids;
  }
}
