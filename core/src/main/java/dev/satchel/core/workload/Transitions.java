package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.Instances;
import dev.satchel.core.application.SecretsCollection;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.bucket.StoredKeys;
import dev.satchel.core.secret.BoxAddress;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.VolumeDriver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every step from one state to the next, each one unit of work. Whoever calls them decides; they
 * only keep it true.
 */
final class Transitions {
  private static final int RECOVERIES_MAX = 20;
  private static final Duration BACK_OFF_MAX = Duration.ofMinutes(5);

  private final Store store;
  private final KeyRing ring;
  private final InstantSource clock;
  private final Changes changes;
  private final Duration backOff;
  private final @Nullable VolumeDriver volumes; // Null where this server has none.

  /**
   * @param backOff before the first retry; doubled before each one after
   */
  Transitions(
      Store store,
      KeyRing ring,
      InstantSource clock,
      Changes changes,
      Duration backOff,
      @Nullable VolumeDriver volumes) {
    this.store = store;
    this.ring = ring;
    this.clock = clock;
    this.changes = changes;
    this.backOff = backOff;
    this.volumes = volumes;
  }

  /**
   * What became of the claim of an attempt.
   *
   * @param taken false where it was ended, or asked to end, meanwhile, or must wait
   * @param waitsFor why it must wait; null where it need not
   */
  record Claim(boolean taken, @Nullable String waitsFor) {}

  /** Takes an attempt to launch it, and the volumes that it mounts. */
  Claim claim(AttemptId id) {
    Claim claim =
        store.write(
            tx -> {
              Workload workload = workload(tx, id);
              Attempt attempt = attempt(tx, id);
              if (workload.terminateRequested() || attempt.state().isTerminal()) {
                return new Claim(false, null);
              }
              Optional<String> waitsFor = WorkloadMounts.attach(tx, workload, id);
              if (waitsFor.isPresent()) {
                return new Claim(false, waitsFor.get());
              }
              update(tx, workload, attempt.in(WorkloadState.PROVISIONING));
              return new Claim(true, null);
            });
    changed(id);
    return claim;
  }

  /** Says once why an attempt waits. */
  void waiting(Attempt attempt, String reason) {
    if (!reason.equals(attempt.reason())) {
      step(
          attempt.id(),
          tx -> {
            Attempt now = attempt(tx, attempt.id());
            if (now.state() == WorkloadState.QUEUED) {
              tx.workloads().update(now.because(Cause.WAITING, reason));
            }
            return true;
          });
    }
  }

  /**
   * Says how far an attempt's preparation is.
   *
   * @throws RefusedException ATTEMPT_SUPERSEDED where terminate was asked meanwhile
   */
  void preparing(AttemptId id, String progress) {
    step(
        id,
        tx -> {
          Attempt attempt = attempt(tx, id);
          if (workload(tx, id).terminateRequested()
              || attempt.state() != WorkloadState.PROVISIONING) {
            throw new RefusedException(
                Reason.ATTEMPT_SUPERSEDED, "Somebody asked it to end before it started.");
          }
          if (!progress.equals(attempt.reason())) {
            tx.workloads().update(attempt.because(Cause.WAITING, progress));
          }
          return true;
        });
  }

  /**
   * Records what an attempt opened and where it goes: the last step before the engine is told. The
   * current attempt of its workload from here on.
   *
   * @throws RefusedException ATTEMPT_SUPERSEDED where terminate was asked meanwhile
   */
  void starting(AttemptId id, OpenEnvironment opened, Placement placedOn) {
    Instant now = now();
    step(
        id,
        tx -> {
          Workload workload = workload(tx, id);
          Attempt attempt = attempt(tx, id);
          if (workload.terminateRequested() || attempt.state() != WorkloadState.PROVISIONING) {
            throw new RefusedException(
                Reason.ATTEMPT_SUPERSEDED, "Somebody asked it to end before it started.");
          }
          tx.workloads().opened(id, opened.opened(), boxes(tx, workload, id, opened.values()));
          for (OpenedBundle bundle : opened.bundles()) {
            Actor actor = Actor.satchel(workload.workspace());
            tx.audit()
                .append(
                    AuditRow.ok(now, actor, "secret.use", bundle.name())
                        .withRevision(bundle.revision())
                        .withDetail("attempt " + id));
          }
          SecretsCollection collection = opened.collection();
          if (collection != null) {
            Actor actor = Actor.satchel(workload.workspace());
            tx.audit()
                .append(
                    AuditRow.ok(now, actor, "collection.use", collection.name().toString())
                        .withRevision(collection.revision())
                        .withDetail("attempt " + id));
          }
          WorkloadMounts.bind(tx, workload, volumes, placedOn, now);
          Workload advanced = workload.pending() ? workload.advanced() : workload;
          update(tx, advanced, attempt.starting(placedOn));
          return true;
        });
  }

  void running(AttemptId id, Instant since) {
    move(id, attempt -> attempt.runningSince(since));
  }

  /** Says what is still to be done of an attempt whose job has ended. */
  void finalizing(Attempt attempt, Cause cause, String reason) {
    if (attempt.state() != WorkloadState.FINALIZING || !reason.equals(attempt.reason())) {
      move(attempt.id(), now -> now.in(WorkloadState.FINALIZING).because(cause, reason));
    }
  }

  /** Says that an attempt's engine does not see it; it keeps its state. */
  void unseen(Attempt attempt, String reason) {
    if (attempt.cause() != Cause.UNSEEN) {
      move(attempt.id(), current -> current.because(Cause.UNSEEN, reason));
    }
  }

  /** Records why an attempt's job is about to be told to end. */
  void stopping(AttemptId id, Cause why) {
    move(id, attempt -> attempt.stopCause() == null ? attempt.stopping(why) : attempt);
  }

  /** Opens the boxes of what an attempt opened, to mask them; the caller closes the values. */
  List<SecretValue> maskedValues(Attempt attempt) {
    return store.read(tx -> maskedValues(tx, attempt));
  }

  List<SecretValue> maskedValues(Tx tx, Attempt attempt) {
    List<SecretValue> values = new ArrayList<>();
    List<byte[]> boxes = tx.workloads().boxes(attempt.id());
    for (int i = 0; i < boxes.size(); i++) {
      values.add(ring.open(tx, address(attempt.workspace(), attempt.id(), i), boxes.get(i)));
    }
    return values;
  }

  /**
   * Ends an attempt, erases its boxes, and settles what becomes of its workload: the next try, the
   * resubmission that waits, or the end, with its holds released. Nothing happens to an attempt
   * that has ended.
   */
  void end(AttemptId id, Outcome outcome) {
    Instant now = now();
    step(
        id,
        tx -> {
          Attempt attempt = attempt(tx, id);
          if (attempt.state().isTerminal()) {
            return false;
          }
          tx.workloads().update(attempt.ended(outcome, now));
          tx.workloads().eraseBoxes(id);
          tx.volumes().detach(id.workload(), id.number());
          tx.bucketMounts().remove(id.workload(), id.number());
          Workload after = after(tx, workload(tx, id), id, outcome, now);
          tx.workloads().update(after);
          if (after.state().isTerminal()) {
            tx.holds().release(after.id());
          }
          return true;
        });
  }

  /**
   * Makes the next attempt of a workload whose time has come, or ends it, naming what is missing.
   */
  void tryAgain(String workloadId) {
    Instant now = now();
    store.write(
        tx -> {
          Workload workload = tx.workloads().find(workloadId).orElseThrow();
          if (workload.nextTryAt() == null || workload.terminateRequested()) {
            return false;
          }
          Attempt last = attempt(tx, workload.currentAttempt());
          Workload next = workload.withNextAttempt().advanced();
          Attempt queued = Attempt.queued(next.currentAttempt(), next.workspace(), last.env(), now);
          Optional<RefusedException> missing = missing(tx, workload, volumes);
          if (missing.isPresent()) {
            Outcome outcome = Launcher.outcome(missing.get());
            tx.workloads().insertAttempt(queued.ended(outcome, now));
            tx.workloads().update(next.endedIn(outcome.state(), now));
            tx.holds().release(workloadId);
          } else {
            tx.workloads().insertAttempt(queued);
            tx.workloads().update(next.in(WorkloadState.QUEUED));
          }
          return true;
        });
    changes.changed(workloadId);
  }

  /** Ends a workload that waits for its next attempt. */
  void endWaiting(String workloadId) {
    Instant now = now();
    store.write(
        tx -> {
          Workload workload = tx.workloads().find(workloadId).orElseThrow();
          tx.workloads().update(workload.endedIn(WorkloadState.TERMINATED, now));
          tx.holds().release(workloadId);
          return true;
        });
    changes.changed(workloadId);
  }

  /** The bundle, credential or volume, if any, that a workload names and that cannot serve it. */
  static Optional<RefusedException> missing(
      Tx tx, Workload workload, @Nullable VolumeDriver volumes) {
    for (BundleName name : workload.spec().bundleNames()) {
      if (tx.bundles().find(workload.workspace(), name).isEmpty()) {
        return Optional.of(Secrets.missing(Reason.SECRET_MISSING, tx, workload.workspace(), name));
      }
    }
    for (BucketMount mount : workload.spec().bucketMounts()) {
      try {
        StoredKeys.require(tx, workload.workspace(), mount);
      } catch (RefusedException refused) {
        return Optional.of(refused);
      }
    }
    RunSpec run = workload.spec().run();
    CollectionName name = run == null ? null : run.collectionName();
    if (name != null && tx.collections().find(workload.workspace(), name).isEmpty()) {
      return Optional.of(Instances.missing("secrets collection", name.application(), name.id()));
    }
    try {
      var _ = WorkloadCredentials.target(tx, workload.workspace(), workload.spec());
      return WorkloadMounts.unusable(tx, workload.workspace(), workload.spec(), volumes);
    } catch (RefusedException refused) {
      return Optional.of(refused);
    }
  }

  private Workload after(Tx tx, Workload workload, AttemptId id, Outcome outcome, Instant now) {
    if (id.number()
        != workload.current()) { // A resubmission that never started: the current attempt goes on.
      return workload.withoutPending();
    }
    if (workload.pending()) {
      Attempt next = attempt(tx, workload.newestAttempt());
      return workload.advanced().in(next.state());
    }
    if (workload.terminateRequested() || !outcome.isRetryable(workload.spec().lasting())) {
      return workload.endedIn(outcome.state(), now);
    }
    Lasting lasting = workload.spec().lasting();
    boolean proved = lasting != null && lasting.isProvedBy(attempt(tx, id));
    return again(proved ? workload.renewed() : workload, outcome, now);
  }

  private Workload again(Workload workload, Outcome outcome, Instant now) {
    boolean lost = outcome.cause() == Cause.LOST && workload.spec().spot();
    if ((lost || outcome.cause() == Cause.NOT_STARTED)
        && workload.recoveriesUsed() < RECOVERIES_MAX) {
      return workload.recoveringAt(now.plus(backOff(workload.recoveriesUsed())));
    }
    if (workload.retriesUsed() < workload.spec().retries()) {
      return workload.retryingAt(now.plus(backOff(workload.retriesUsed())));
    }
    return workload.endedIn(outcome.state(), now);
  }

  private Duration backOff(int used) {
    Duration wait = backOff.multipliedBy(1L << Math.min(used, 20));
    return wait.compareTo(BACK_OFF_MAX) > 0 ? BACK_OFF_MAX : wait;
  }

  private List<byte[]> boxes(Tx tx, Workload workload, AttemptId id, List<SecretValue> values) {
    List<byte[]> boxes = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      boxes.add(ring.seal(tx, address(workload.workspace(), id, i), values.get(i).bytes()));
    }
    return boxes;
  }

  private static BoxAddress address(String workspace, AttemptId id, int position) {
    return new BoxAddress(
        workspace, "attempt", id.workload(), id.number(), "value", Integer.toString(position));
  }

  private void move(AttemptId id, java.util.function.UnaryOperator<Attempt> change) {
    step(
        id,
        tx -> {
          Attempt attempt = attempt(tx, id);
          if (!attempt.state().isTerminal() && attempt.cause() != Cause.LOST) { // That stands.
            update(tx, workload(tx, id), change.apply(attempt));
          }
          return true;
        });
  }

  private static void update(Tx tx, Workload workload, Attempt attempt) {
    tx.workloads().update(attempt);
    if (workload.current() == attempt.id().number()) {
      tx.workloads().update(workload.in(attempt.state()));
    }
  }

  private boolean step(AttemptId id, java.util.function.Predicate<Tx> work) {
    boolean done = store.write(work::test);
    changed(id);
    return done;
  }

  private void changed(AttemptId id) {
    changes.changed(id.workload());
    changes.changed(id.toString());
  }

  private static Workload workload(Tx tx, AttemptId id) {
    return tx.workloads().find(id.workload()).orElseThrow();
  }

  private static Attempt attempt(Tx tx, AttemptId id) {
    return tx.workloads().attempt(id).orElseThrow();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
