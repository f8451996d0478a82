package dev.satchel.core.workload;

import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Forgets what ended long ago: workloads with their attempts and logs, earlier attempts of those
 * that go on, with their logs, tokens that open nothing any more, idempotency keys, and what was
 * done long ago.
 */
public final class Retention {
  private static final int AT_ONCE = 200;
  private static final Duration IDEMPOTENCY_KEPT = Duration.ofHours(24);

  /** Of a workload that goes on, whenever they ended: all that is shown of it stays. */
  private static final int ATTEMPTS_KEPT = Workloads.ATTEMPTS_SHOWN;

  private final Store store;
  private final Logs logs;
  private final InstantSource clock;
  private final Duration kept;
  private final Duration auditKept;
  private final @Nullable RunFiles files; // Null where this server runs no applications.

  /**
   * @param kept how long workloads stay after their end, older attempts of one that goes on after
   *     theirs, and tokens after their last day
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
    removeAttempts(now.minus(kept));
    removeOrphans();
    inSteps(tx -> tx.tokens().removeEndedBefore(now.minus(kept), AT_ONCE));
    inSteps(tx -> tx.audit().removeBefore(now.minus(auditKept), AT_ONCE));
  }

  private void removeAttempts(Instant before) {
    List<AttemptId> ids;
    do {
      ids = store.write(tx -> removeEndedAttempts(tx, before));
      logs.removeAttempts(ids);
    } while (ids.size() == AT_ONCE);
  }

  /** Logs whose rows went before the server could remove them. */
  private void removeOrphans() {
    List<String> ids = logs.workloads("", AT_ONCE);
    while (!ids.isEmpty()) { // Logs are made after their rows, so that what has none stays without.
      List<String> some = ids;
      Found found = store.read(tx -> Found.of(tx, some));
      logs.remove(found.gone());
      found.shortened().forEach(this::removeOrphansOf);
      ids = logs.workloads(ids.getLast(), AT_ONCE);
    }
  }

  /** The same of a workload that is there. */
  private void removeOrphansOf(String workload) {
    List<AttemptId> logged = logs.attempts(workload);
    Set<Integer> there = Set.copyOf(store.read(tx -> tx.workloads().attemptNumbers(workload)));
    logs.removeAttempts(logged.stream().filter(id -> !there.contains(id.number())).toList());
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

  /** The same of attempts, whose workloads are held meanwhile. */
  private static List<AttemptId> removeEndedAttempts(Tx tx, Instant before) {
    List<AttemptId> ids = tx.workloads().attemptsEndedBefore(before, ATTEMPTS_KEPT, AT_ONCE);
    tx.workloads().removeAttempts(ids);
    return ids;
  }

  /**
   * Of workloads that have logs.
   *
   * @param gone those that are not there any more
   * @param shortened those that may have lost attempts
   */
  private record Found(List<String> gone, List<String> shortened) {
    static Found of(Tx tx, List<String> ids) {
      List<String> gone = new ArrayList<>();
      List<String> shortened = new ArrayList<>();
      for (String id : ids) {
        Optional<Workload> workload = tx.workloads().find(id);
        if (workload.isEmpty()) {
          gone.add(id);
        } else if (workload.get().newest() > ATTEMPTS_KEPT) {
          shortened.add(id);
        }
      }
      return new Found(gone, shortened);
    }
  }
}
