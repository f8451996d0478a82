package dev.satchel.core.workload;

import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Forgets what ended long ago: workloads with their attempts and logs, tokens that open nothing any
 * more, idempotency keys, and what was done long ago.
 */
public final class Retention {
  private static final int AT_ONCE = 200;
  private static final Duration IDEMPOTENCY_KEPT = Duration.ofHours(24);

  private final Store store;
  private final Logs logs;
  private final InstantSource clock;
  private final Duration kept;
  private final Duration auditKept;
  private final @Nullable RunFiles files; // Null where this server runs no applications.

  /**
   * @param kept how long workloads stay after their end, and tokens after their last day
   * @param auditKept how long the audit's rows stay
   */
  public Retention(Store store, Logs logs, InstantSource clock, Duration kept, Duration auditKept) {
    this(store, logs, clock, kept, auditKept, null);
  }

  /**
   * @param files null where this server runs no applications
   */
  public Retention(
      Store store,
      Logs logs,
      InstantSource clock,
      Duration kept,
      Duration auditKept,
      @Nullable RunFiles files) {
    this.files = files;
    this.store = store;
    this.logs = logs;
    this.clock = clock;
    this.kept = kept;
    this.auditKept = auditKept;
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
      if (files != null) {
        files.remove(ids);
      }
    } while (ids.size() == AT_ONCE);
    removeOrphans();
    inSteps(tx -> tx.tokens().removeEndedBefore(now.minus(kept), AT_ONCE));
    inSteps(tx -> tx.audit().removeBefore(now.minus(auditKept), AT_ONCE));
  }

  /** Of workloads whose rows went before the server could remove their logs. */
  private void removeOrphans() {
    List<String> ids = logs.workloads("", AT_ONCE);
    while (!ids.isEmpty()) { // Logs are made after their rows, so that what has none stays without.
      List<String> some = ids;
      List<String> gone = store.read(tx -> some.stream().filter(id -> isGone(tx, id)).toList());
      logs.remove(gone);
      ids = logs.workloads(ids.getLast(), AT_ONCE);
    }
  }

  private static boolean isGone(Tx tx, String id) {
    return tx.workloads().find(id).isEmpty();
  }

  private void inSteps(Function<Tx, Integer> removal) {
    int removed;
    do {
      removed = store.write(removal);
    } while (removed == AT_ONCE);
  }

  /** Looked for and removed in one unit of work: what was resubmitted meanwhile stays. */
  private static List<String> removeEnded(Tx tx, Instant before) {
    List<String> ids = tx.workloads().endedBefore(before, AT_ONCE);
    tx.workloads().remove(ids);
    return ids;
  }
}
