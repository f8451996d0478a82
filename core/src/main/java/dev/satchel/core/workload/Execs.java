package dev.satchel.core.workload;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.audit.Acts;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.secret.BrokenBoxException;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Commands inside running attempts. Thread-safe. */
public final class Execs implements AutoCloseable {
  /** How many commands may run at once inside one workload, and on this server. */
  public static final int AT_ONCE_EACH = 8;

  public static final int AT_ONCE = 64;

  private static final Duration LIMIT = Duration.ofHours(24);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final Store store;
  private final Acts acts;
  private final Engines engines;
  private final Transitions transitions;
  private final InstantSource clock;
  private final Map<String, Exec> open = new ConcurrentHashMap<>();
  private final Map<String, Integer> places = new HashMap<>(); // By workload.
  private int placesTaken;
  private boolean closed;

  Execs(Store store, Acts acts, Engines engines, Transitions transitions, InstantSource clock) {
    this.store = store;
    this.acts = acts;
    this.engines = engines;
    this.transitions = transitions;
    this.clock = clock;
  }

  /**
   * Starts a command inside a running attempt, once it is recorded that it was asked for.
   *
   * @param number the attempt; null for the current one
   * @return the command, to be run and closed
   * @throws RefusedException WORKLOAD_NOT_FOUND; FORBIDDEN; ATTEMPT_NOT_RUNNING; TOO_MANY_EXECS;
   *     UNSUPPORTED where the attempt's engine runs none; ENGINE_UNAVAILABLE
   */
  public Exec start(Actor actor, String workload, @Nullable Integer number, ExecCommand command) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return acts.recorded(
        now,
        actor,
        "workload.exec",
        RandomIds.shortIdOrEmpty(workload),
        () -> started(actor, workload, number, command, now));
  }

  private Exec started(
      Actor actor, String id, @Nullable Integer number, ExecCommand command, Instant now) {
    Target target = store.read(tx -> target(tx, actor, id, number));
    try {
      target.engine().requireExec(target.attempt());
      takePlace(id);
      try {
        return started(actor, target, command, now);
      } catch (RuntimeException | Error e) {
        freePlace(id);
        throw e;
      }
    } catch (EngineOutageException outage) {
      throw new RefusedException(Reason.ENGINE_UNAVAILABLE, String.valueOf(outage.getMessage()));
    }
  }

  /** The order matters: what masks is known, then the act is recorded, then something runs. */
  private Exec started(Actor actor, Target target, ExecCommand command, Instant now) {
    AttemptId attempt = target.attempt();
    List<SecretValue> values = valuesOf(attempt);
    try {
      record(actor, attempt, now);
      String execId = RandomIds.longId();
      ExecProcess process = target.engine().exec(attempt, execId, command);
      Runnable whenClosed =
          () -> {
            if (open.remove(execId) != null) {
              freePlace(attempt.workload());
            }
          };
      Exec exec =
          new Exec(
              execId,
              attempt,
              actor.tokenId(),
              command.stdin(),
              process,
              values,
              LIMIT,
              whenClosed);
      open.put(execId, exec);
      return exec;
    } finally {
      values.forEach(SecretValue::close);
    }
  }

  /** A running attempt that this actor may use. */
  private record Target(AttemptId attempt, Engine engine) {}

  private Target target(Tx tx, Actor actor, String id, @Nullable Integer number) {
    Workload workload = Workloads.find(tx, actor, id);
    WorkloadUses.require(actor, workload);
    AttemptId attempt =
        number == null ? workload.currentAttempt() : new AttemptId(workload.id(), number);
    return new Target(attempt, engines.of(workload, requireRunning(tx, attempt)));
  }

  private static Attempt requireRunning(Tx tx, AttemptId id) {
    Attempt attempt =
        tx.workloads()
            .attempt(id)
            .orElseThrow(
                () ->
                    new RefusedException(
                        Reason.WORKLOAD_NOT_FOUND,
                        "This workload has no attempt " + id.number() + "."));
    if (attempt.state() != WorkloadState.RUNNING) {
      throw new RefusedException(
          Reason.ATTEMPT_NOT_RUNNING,
          "Attempt "
              + id.number()
              + " of this workload does not run: it is "
              + attempt.state().word()
              + ". "
              + nextStep(attempt.state(), id.workload()));
    }
    return attempt;
  }

  private static String nextStep(WorkloadState state, String id) {
    return state.isTerminal() || state == WorkloadState.FINALIZING
        ? "Start the workload again (satchel resubmit " + id + "), or read its log."
        : "Wait until it runs (satchel status " + id + ").";
  }

  /**
   * The state and the boxes from one snapshot: an attempt that has ended has none, to mask with.
   */
  private List<SecretValue> valuesOf(AttemptId id) {
    try {
      return store.read(tx -> transitions.maskedValues(tx, requireRunning(tx, id)));
    } catch (BrokenBoxException broken) {
      throw new RefusedException(
          Reason.UNSUPPORTED,
          "What this attempt used does not open any more, so that what a command prints could not"
              + " be masked. Start the workload again (satchel resubmit "
              + id.workload()
              + ").");
    }
  }

  private void record(Actor actor, AttemptId attempt, Instant now) {
    boolean _ =
        store.write(
            tx -> {
              tx.audit()
                  .append(
                      AuditRow.ok(now, actor, "workload.exec", attempt.workload())
                          .withDetail("attempt " + attempt.number()));
              return true;
            });
  }

  /**
   * A command that runs.
   *
   * @throws RefusedException EXEC_NOT_FOUND where there is none such that this token started
   */
  public Exec find(Actor actor, String workload, String id) {
    return Optional.ofNullable(open.get(id))
        .filter(exec -> exec.isOpenTo(workload, actor.tokenId()))
        .orElseThrow(
            () ->
                new RefusedException(
                    Reason.EXEC_NOT_FOUND,
                    "There is no such command that this token started, or it has ended."));
  }

  private synchronized void takePlace(String workload) {
    if (closed) {
      throw new RefusedException(Reason.STORE_BUSY, "The server is stopping; ask again.");
    }
    int taken = places.getOrDefault(workload, 0);
    if (taken >= AT_ONCE_EACH || placesTaken >= AT_ONCE) {
      throw new RefusedException(
          Reason.TOO_MANY_EXECS,
          "At most "
              + AT_ONCE_EACH
              + " commands run at once inside one workload, and "
              + AT_ONCE
              + " on this server; wait until one has ended.");
    }
    places.put(workload, taken + 1);
    placesTaken++;
  }

  private synchronized void freePlace(String workload) {
    placesTaken--;
    places.computeIfPresent(workload, (id, taken) -> taken == 1 ? null : taken - 1);
  }

  private synchronized void refuseAllFurther() {
    closed = true;
  }

  /** Ends every command, and tells those who wait for one; takes seconds at the most. */
  @Override
  public void close() {
    refuseAllFurther();
    List<Thread> closing = new ArrayList<>();
    for (Exec exec : open.values()) {
      exec.end(
          ExecEnd.because(
              null, ExecEnd.Cause.SERVER_STOPPING, "The server is stopping, and ended it."));
      closing.add(Thread.ofVirtual().start(exec::close));
    }
    long deadline = System.nanoTime() + CLOSING.toNanos();
    for (Thread one : closing) {
      try {
        boolean _ = one.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
