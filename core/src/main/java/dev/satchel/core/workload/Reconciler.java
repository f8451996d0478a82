package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Drain;
import dev.satchel.core.secret.BrokenBoxException;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what runs agree with what the store says. Level-based: a wake says only that something may
 * differ; what is done follows from what the store and the engine say then, at start-up as at any
 * other time. All that is done about one workload is done one after the other.
 */
public final class Reconciler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration SWEEP = Duration.ofSeconds(30);
  private static final Duration AGAIN_AFTER_ERROR = Duration.ofSeconds(1);
  private static final int DOUBLINGS_MAX = 6;

  private static final Duration AGAIN_AFTER_OUTAGE = Duration.ofSeconds(2);

  /** A job that fills the disk goes on to until its end. */
  private static final Duration FULL_GRACE = Duration.ofSeconds(1);

  /** What a job that is killed may take to die, before it is told to end once more. */
  private static final Duration DYING = Duration.ofSeconds(15);

  private final Store store;
  private final Engines engines;
  private final Launcher launcher;
  private final Transitions transitions;
  private final Logs logs;
  private final @Nullable RunFiles files; // Null where this server runs no applications.
  private final @Nullable CallFiles calls; // Null where it calls no Java methods.
  private final Changes changes;
  private final InstantSource clock;
  private final Slots slots;
  private final Duration grace;
  private final Map<String, Integer> wakes = new ConcurrentHashMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>(); // In a row.
  private final Map<String, Instant> due = new ConcurrentHashMap<>();
  private final EndedSweep ended;
  private final Map<AttemptId, Instant> stopped = new ConcurrentHashMap<>(); // When to do it again.
  private final ScheduledExecutorService ticker = // A sweep may take long, and a tick may not wait.
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().daemon().name("reconciler").factory());
  private volatile boolean closed;

  Reconciler(
      Store store,
      Engines engines,
      Launcher launcher,
      Transitions transitions,
      Logs logs,
      @Nullable RunFiles files,
      @Nullable CallFiles calls,
      Changes changes,
      InstantSource clock,
      int slots,
      Duration grace) {
    this.store = store;
    this.engines = engines;
    this.launcher = launcher;
    this.transitions = transitions;
    this.logs = logs;
    this.files = files;
    this.calls = calls;
    this.changes = changes;
    this.clock = clock;
    this.slots = new Slots(slots);
    this.grace = grace;
    this.ended = new EndedSweep(store, this::alone);
  }

  /** Takes up everything that has not ended, then keeps at it until close. */
  public void start() {
    engines.onChange(id -> wake(id.workload()));
    List<String> live = store.read(tx -> tx.workloads().live());
    live.forEach(this::occupy);
    line(live);
    sweep();
    var unusedTick =
        ticker.scheduleAtFixedRate(
            this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    var unusedSweep =
        ticker.scheduleAtFixedRate(
            this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Says that a workload may need something. Returns at once. */
  public void wake(String workloadId) {
    if (!closed && wakes.merge(workloadId, 1, Integer::sum) == 1) {
      Thread.ofVirtual().name("settle-" + workloadId).start(() -> drain(workloadId));
    }
  }

  /** Leaves everything as it is: attempts run on, and the next start finds them. */
  @Override
  public void close() {
    closed = true;
    ticker.shutdownNow();
  }

  private void drain(String id) {
    Integer seen;
    do {
      seen = wakes.get(id);
      settleOrRemember(id);
    } while (seen == null || !wakes.remove(id, seen));
  }

  private void settleOrRemember(String id) {
    try {
      due.remove(id);
      settle(id);
      failures.remove(id);
    } catch (RefusedException e) {
      LOG.warn("workload {} waits: {}", id, e.detail());
      due.put(id, clock.instant().plus(AGAIN_AFTER_ERROR));
    } catch (RuntimeException | Error e) { // Or this workload is never looked at again.
      int times = failures.merge(id, 1, Integer::sum);
      if (Integer.bitCount(times) == 1) { // The first, the second, the fourth …
        LOG.error("workload {} could not be settled ({} times); it is tried again", id, times, e);
      }
      Duration pause = AGAIN_AFTER_ERROR.multipliedBy(1L << Math.min(times - 1, DOUBLINGS_MAX));
      due.put(id, clock.instant().plus(pause));
    }
  }

  /**
   * A workload with the attempts that matter: the current one, and the one that waits to take its
   * place.
   */
  private record View(Workload workload, Attempt current, @Nullable Attempt pending) {
    /** Whether an attempt is, or is about to be, with its engine. */
    boolean needsPlace() {
      return !current.state().isTerminal() || pending != null;
    }
  }

  private void settle(String id) {
    View view = view(id);
    if (closed) {
      return;
    }
    if (view != null && !view.workload().state().isTerminal()) {
      settle(view);
      view = view(id);
    }
    if (view == null || !view.needsPlace()) {
      slots.free(id).ifPresent(this::wake);
    }
  }

  private void settle(View view) {
    if (!view.current().state().isTerminal()) {
      settle(view, view.current());
    } else if (!view.workload().pending()) {
      settleBetween(view.workload());
    }
    View after = view(view.workload().id());
    if (after != null && after.pending() != null && !after.pending().state().isTerminal()) {
      settle(after, after.pending());
    }
  }

  private @Nullable View view(String id) {
    return store
        .read(tx -> tx.workloads().find(id).map(workload -> view(tx, workload)))
        .orElse(null);
  }

  private static View view(Tx tx, Workload workload) {
    Attempt current = tx.workloads().attempt(workload.currentAttempt()).orElseThrow();
    Attempt pending =
        workload.pending() ? tx.workloads().attempt(workload.newestAttempt()).orElseThrow() : null;
    return new View(workload, current, pending);
  }

  private void settleBetween(Workload workload) {
    Instant at = workload.nextTryAt();
    if (workload.terminateRequested()) {
      transitions.endWaiting(workload.id());
    } else if (at != null && !at.isAfter(clock.instant())) {
      transitions.tryAgain(workload.id());
      wake(workload.id());
    } else if (at != null) {
      due.put(workload.id(), at);
    }
  }

  private void settle(View view, Attempt attempt) {
    try {
      settleByState(view, attempt);
    } catch (EngineOutageException outage) { // What cannot be seen is never taken for gone.
      transitions.unseen(attempt, String.valueOf(outage.getMessage()));
      due.put(view.workload().id(), clock.instant().plus(AGAIN_AFTER_OUTAGE));
    } catch (RefusedException refused) {
      if (refused.reason() != Reason.OBJECT_STORE_UNAVAILABLE) {
        throw refused;
      }
      awaitObjectStore(view, attempt, refused.detail());
    }
  }

  /** It is launched once the store is back; others have its place meanwhile. */
  private void awaitObjectStore(View view, Attempt attempt, String why) {
    String id = view.workload().id();
    transitions.preparing(attempt.id(), why);
    due.put(id, clock.instant().plus(AGAIN_AFTER_OUTAGE));
    if (attempt.id().number() == view.workload().current()) { // Else what runs keeps its place.
      slots.free(id).ifPresent(this::wake);
    }
  }

  private void settleByState(View view, Attempt attempt) {
    switch (attempt.state()) {
      case QUEUED, PROVISIONING -> settleUnstarted(view, attempt);
      case STARTING, RUNNING, FINALIZING -> {
        if (attempt.cause() == Cause.LOST) {
          settleLost(view.workload(), attempt);
        } else {
          settleStarted(view.workload(), attempt);
        }
      }
      case RETRYING, RECOVERING, COMPLETED, ERRORED, FAILED, INVALID, TERMINATED ->
          throw new IllegalStateException("attempt " + attempt.id() + " is " + attempt.state());
    }
  }

  /** Its engine may never answer again; what is there is removed where it does, or by a sweep. */
  private void settleLost(Workload workload, Attempt attempt) {
    end(attempt.id(), Outcomes.declaredLost(attempt));
    Engine engine = engines.of(workload, attempt);
    if (engine.sight().shows(attempt.placedOn())) {
      EndedSweep.removeOrWarn(engine, attempt.id());
    }
  }

  private void settleUnstarted(View view, Attempt attempt) {
    if (view.workload().terminateRequested()) {
      end(
          attempt.id(),
          Outcome.of(WorkloadState.TERMINATED, Cause.TERMINATED, "Somebody asked it to end."));
    } else if (waitsForStorage(view, attempt)) { // Whose end wakes it: until then nothing is tried.
      transitions.waiting(
          attempt, "It starts once all that its predecessor printed and wrote is stored.");
    } else if (!slots.take(view.workload().id(), rank(view))) {
      transitions.waiting(
          attempt, "It waits for one of the " + slots.size() + " places to be free.");
    } else {
      claim(view, attempt);
    }
  }

  /** Whether the job that an attempt replaces has ended, and what it left is still on its way. */
  private static boolean waitsForStorage(View view, Attempt attempt) {
    return attempt.id().number() != view.workload().current()
        && view.current().state() == WorkloadState.FINALIZING;
  }

  private void claim(View view, Attempt attempt) {
    String id = view.workload().id();
    Transitions.Claim claim = transitions.claim(attempt.id());
    if (claim.waitsFor() != null) {
      transitions.waiting(attempt, claim.waitsFor());
      due.put(id, clock.instant().plus(AGAIN_AFTER_ERROR));
      if (attempt.id().number() == view.workload().current()) { // Else what runs keeps its place.
        slots.free(id).ifPresent(this::wake);
      }
    } else if (claim.taken()) {
      Runnable predecessor =
          attempt.id().number() != view.workload().current() ? () -> replace(view) : () -> {};
      try {
        launcher.launch(view.workload(), attempt, predecessor, () -> wake(attempt.id().workload()));
      } catch (StillStoringException storing) { // It is launched anew after that.
        LOG.info("attempt {} waits: {}", attempt.id(), storing.getMessage());
      }
      wake(attempt.id().workload());
    }
  }

  private void settleStarted(Workload workload, Attempt attempt) {
    Engine engine = engines.of(workload, attempt);
    Placement placedOn = attempt.placedOn();
    if (placedOn != null && !placedOn.engine().host().equals(engine.identity().host())) {
      transitions.unseen(
          attempt,
          "It was started on the host "
              + placedOn.engine().host()
              + ", which cannot be seen from here.");
      return;
    }
    switch (engine.observe(attempt.id())) {
      case Observation.Absent() -> settleAbsent(engine, attempt);
      case Observation.Starting() -> settleStarting(engine, workload, attempt);
      case Observation.Running(Instant since) -> settleRunning(engine, workload, attempt, since);
      case Observation.Exited exited ->
          settleExited(engine, workload, attempt, Outcomes.of(workload.spec(), attempt, exited));
      case Observation.Gone gone ->
          settleExited(engine, workload, attempt, Outcomes.of(attempt, gone));
    }
  }

  private void settleAbsent(Engine engine, Attempt attempt) {
    if (attempt.state() != WorkloadState.STARTING) { // It ran: whether it still does, who can say?
      end(attempt.id(), Outcomes.vanished());
      engine.remove(attempt.id());
    } else if (engine.forbidStart(attempt.id())) {
      end(
          attempt.id(),
          Outcome.of(
              WorkloadState.FAILED,
              Cause.NOT_STARTED,
              "The server stopped before the start; nothing was started."));
      engine.remove(attempt.id());
    } else {
      wake(attempt.id().workload()); // Its start was taken after all.
    }
  }

  private void settleStarting(Engine engine, Workload workload, Attempt attempt) {
    due.put(workload.id(), clock.instant().plus(TICK));
    if (workload.terminateRequested()) {
      stop(engine, attempt, Cause.TERMINATED);
    }
  }

  private void settleRunning(Engine engine, Workload workload, Attempt attempt, Instant since) {
    if (attempt.state() == WorkloadState.STARTING || attempt.cause() == Cause.UNSEEN) {
      transitions.running(attempt.id(), since);
    }
    Duration timeout = workload.spec().timeout();
    if (workload.terminateRequested()) {
      stop(engine, attempt, Cause.TERMINATED);
    } else if (timeout != null && !since.plus(timeout).isAfter(clock.instant())) {
      stop(engine, attempt, Cause.TIMEOUT);
    } else if (launcher.isTooFull(attempt.id())) {
      stop(engine, attempt, Cause.BUCKET_FULL, shortest(grace));
    } else if (timeout != null) {
      due.put(workload.id(), since.plus(timeout));
    }
    follow(
        engine,
        attempt); // Last: a log that cannot be written must not keep a job from being ended.
  }

  private void settleExited(Engine engine, Workload workload, Attempt attempt, Outcome outcome) {
    follow(engine, attempt);
    if (!logs.isComplete(attempt.id())) {
      transitions.finalizing(
          attempt, Cause.STORING_LOG, "The job has ended; what it printed is still being stored.");
      due.put(
          attempt.id().workload(),
          clock.instant().plus(AGAIN_AFTER_ERROR)); // The log's end wakes it sooner.
      return;
    }
    switch (launcher.drain(workload, attempt)) {
      case Drain.Writing(String progress) -> {
        transitions.finalizing(attempt, Cause.WRITING_BACK, progress);
        due.put(attempt.id().workload(), clock.instant().plus(TICK));
      }
      case Drain.Lost(String why) -> finish(engine, attempt, Outcomes.lost(outcome, why));
      case Drain.Done() -> finish(engine, attempt, collected(engine, workload, attempt, outcome));
    }
  }

  private void finish(Engine engine, Attempt attempt, Outcome outcome) {
    end(attempt.id(), outcome);
    engine.remove(attempt.id());
  }

  /** Takes what a run left, before its end is final: a success that left nothing usable is none. */
  private Outcome collected(Engine engine, Workload workload, Attempt attempt, Outcome outcome) {
    WorkloadSpec spec = workload.spec();
    RunSpec run = spec.run();
    try {
      if (run != null && files != null) {
        files.collect(workload.id(), run, engine.remains(attempt.id()));
      } else if (spec.java() != null && calls != null) {
        calls.collect(attempt.id(), engine.remains(attempt.id()));
      }
      return outcome;
    } catch (RefusedException refused) {
      return outcome.state() == WorkloadState.COMPLETED
          ? Outcomes.outputRefused(outcome, refused.detail())
          : outcome;
    }
  }

  private void follow(Engine engine, Attempt attempt) {
    if (logs.isFollowed(attempt.id())) {
      return;
    }
    AttemptId id = attempt.id();
    Runnable ended = () -> wake(id.workload());
    List<SecretValue> values;
    try {
      values = transitions.maskedValues(attempt);
    } catch (BrokenBoxException broken) { // No later try opens it, and the attempt must end.
      LOG.error("the log of attempt {} cannot be masked, and is dropped", id, broken);
      engine.follow(id, logs.sinkThatDrops(id, ended));
      return;
    }
    try {
      engine.follow(id, logs.sink(id, values, ended));
    } finally {
      values.forEach(SecretValue::close);
    }
  }

  private static Duration shortest(Duration grace) {
    return grace.compareTo(FULL_GRACE) < 0 ? grace : FULL_GRACE;
  }

  /** Tells a job to end, and again where it is still there long after it must have ended. */
  private void stop(Engine engine, Attempt attempt, Cause why) {
    stop(engine, attempt, why, grace);
  }

  private void stop(Engine engine, Attempt attempt, Cause why, Duration within) {
    Instant now = clock.instant();
    Instant again = stopped.getOrDefault(attempt.id(), Instant.MIN);
    if (!again.isAfter(now)) {
      transitions.stopping(attempt.id(), why);
      engine.stop(attempt.id(), within);
      again = now.plus(within).plus(DYING);
      stopped.put(attempt.id(), again);
    }
    due.merge(attempt.id().workload(), again, (one, other) -> one.isBefore(other) ? one : other);
  }

  /**
   * Stops the current attempt and waits for its end, so that the one that is pending can take its
   * place.
   */
  private void replace(View view) {
    Workload workload = view.workload();
    AttemptId current = workload.currentAttempt();
    Instant deadline = clock.instant().plus(grace).plusSeconds(30);
    Attempt attempt = read(current);
    while (!attempt.state().isTerminal()) {
      if (clock.instant().isAfter(deadline)) {
        if (attempt.state() == WorkloadState.FINALIZING) {
          throw new StillStoringException("what attempt " + current + " left is not yet stored");
        }
        throw new IllegalStateException(
            "attempt " + current + " does not end, so it is not replaced");
      }
      Engine engine = engines.of(workload, attempt);
      if (engine.observe(current) instanceof Observation.Running) {
        stop(engine, attempt, Cause.SUPERSEDED);
        attempt = read(current); // It may have ended at once, and its end must say why.
      }
      settleStarted(workload, attempt);
      attempt = awaitChange(current);
    }
  }

  private Attempt awaitChange(AttemptId id) {
    try {
      changes.await(id.toString(), () -> logs.isComplete(id), TICK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return read(id);
  }

  private Attempt read(AttemptId id) {
    return store.read(tx -> tx.workloads().attempt(id).orElseThrow());
  }

  private void end(AttemptId id, Outcome outcome) {
    transitions.end(id, outcome);
    logs.forget(id);
    stopped.remove(id);
    wake(id.workload());
  }

  private void occupy(String id) {
    View view = view(id);
    if (view != null && view.current().startedOnEngine()) {
      slots.occupy(id);
    }
  }

  /** Lets those that have not started wait in the order in which they came, by rank. */
  private void line(List<String> live) {
    SequencedMap<String, Integer> ranks = new LinkedHashMap<>();
    for (String id : live) {
      View view = view(id);
      if (view != null && view.needsPlace()) {
        ranks.put(id, rank(view));
      }
    }
    slots.line(ranks);
  }

  private static int rank(View view) {
    RunSpec run = view.workload().spec().run();
    return (run == null ? Queuing.USUAL : run.queuing()).rank();
  }

  /**
   * Does something that nothing else about this workload is done beside; not where something is.
   */
  private void alone(String workload, Runnable act) {
    if (wakes.putIfAbsent(workload, 1) == null) {
      try {
        act.run();
      } finally {
        // Whoever woke it meanwhile did not look at it, and what that begins may take long.
        Thread.ofVirtual().name("settle-" + workload).start(() -> drain(workload));
      }
    }
  }

  private void tick() {
    Instant now = clock.instant();
    due.forEach(
        (id, at) -> {
          if (!at.isAfter(now)) {
            wake(id);
          }
        });
  }

  private void sweep() {
    try {
      engines.all().forEach(ended::sweep);
      store.read(tx -> tx.workloads().live()).forEach(this::wake);
    } catch (RuntimeException e) { // The next sweep is soon.
      LOG.warn("sweep failed", e);
    }
  }

  /** The job that is to be replaced has ended, and what it left takes long to be stored. */
  private static final class StillStoringException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StillStoringException(String message) {
      super(message, null, false, false); // Expected, so without a stack trace.
    }
  }
}
