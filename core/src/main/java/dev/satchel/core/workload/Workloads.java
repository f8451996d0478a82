package dev.satchel.core.workload;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.application.Applications;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.SecretsCollection;
import dev.satchel.core.audit.Acts;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.bucket.BucketMounts;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.Credentials;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.HostRules;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import dev.satchel.core.volume.VolumeDriver;
import dev.satchel.core.volume.VolumeMount;
import dev.satchel.core.volume.VolumeName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Workloads as users act on them. Thread-safe. */
public final class Workloads {
  /** How many workloads may have not ended, where whoever runs the server says nothing else. */
  public static final int LIVE_MAX = 10_000;

  /** How many attempts are shown with a workload, from its newest on; no older ones are sure. */
  static final int ATTEMPTS_SHOWN = 100;

  private final Store store;
  private final InstantSource clock;
  private final Acts acts;
  private final Engines engines;
  private final Planner planner;
  private final Changes changes;
  private final Logs logs;
  private final @Nullable CallFiles calls; // Null where it calls no Java methods.
  private final Reconciler reconciler;
  private final Execs execs;
  private final Hosts hosts;
  private final int liveMax;
  private final @Nullable VolumeDriver volumes; // Null where this server has none.

  /**
   * How workloads are run, by whoever runs the server.
   *
   * @param slots how many attempts run at once
   * @param liveMax how many workloads may have not ended, those that run and those that wait
   */
  public record Settings(int slots, Duration grace, Duration backOff, int liveMax) {
    public Settings(int slots, Duration grace, Duration backOff) {
      this(slots, grace, backOff, LIVE_MAX);
    }
  }

  public Workloads(
      Store store,
      Secrets secrets,
      KeyRing ring,
      Engines engines,
      Logs logs,
      Changes changes,
      InstantSource clock,
      Settings settings) {
    this(store, secrets, ring, engines, logs, changes, clock, settings, null, null, null, null);
  }

  /** Of a server that calls no Java methods and mounts no buckets. */
  public Workloads(
      Store store,
      Secrets secrets,
      KeyRing ring,
      Engines engines,
      Logs logs,
      Changes changes,
      InstantSource clock,
      Settings settings,
      @Nullable RunFiles files,
      @Nullable VolumeDriver volumes) {
    this(store, secrets, ring, engines, logs, changes, clock, settings, files, volumes, null, null);
  }

  /**
   * @param files null where this server runs no applications
   * @param volumes null where it has none
   * @param calls null where it calls no Java methods
   * @param buckets null where it mounts none
   */
  public Workloads(
      Store store,
      Secrets secrets,
      KeyRing ring,
      Engines engines,
      Logs logs,
      Changes changes,
      InstantSource clock,
      Settings settings,
      @Nullable RunFiles files,
      @Nullable VolumeDriver volumes,
      @Nullable CallFiles calls,
      @Nullable BucketMounts buckets) {
    this.store = store;
    this.volumes = volumes;
    this.clock = clock;
    this.acts = new Acts(store);
    this.engines = engines;
    this.planner = new Planner(store, engines, volumes, buckets);
    this.changes = changes;
    this.logs = logs;
    this.calls = calls;
    this.liveMax = settings.liveMax();
    Transitions transitions =
        new Transitions(store, ring, clock, changes, settings.backOff(), volumes);
    this.reconciler =
        new Reconciler(
            store,
            engines,
            new Launcher(
                store,
                secrets,
                new Credentials(store, ring, clock),
                engines,
                transitions,
                logs,
                files,
                calls,
                volumes,
                buckets),
            transitions,
            logs,
            files,
            calls,
            changes,
            clock,
            settings.slots(),
            settings.grace());
    this.execs = new Execs(store, acts, engines, transitions, clock);
    this.hosts = new Hosts(store, acts, engines, reconciler::wake, clock);
  }

  /** What keeps the workloads going; started and closed by whoever runs the server. */
  public Reconciler reconciler() {
    return reconciler;
  }

  /** Commands inside what runs; closed by whoever runs the server. */
  public Execs execs() {
    return execs;
  }

  /** Where they run. */
  public Hosts hosts() {
    return hosts;
  }

  /** What was accepted. */
  public record Accepted(AttemptId attempt, WorkloadState state) {}

  /**
   * A bundle that the current attempt uses.
   *
   * @param opened what it opened; null until it did
   * @param current what the name stands for now; null where there is none any more
   */
  public record Used(SecretUse use, @Nullable OpenedBundle opened, @Nullable Bundle current) {
    /** Whether the attempt has another revision than the name stands for now. */
    public boolean isStale() {
      return opened != null
          && (current == null
              || !current.id().equals(opened.bundleId())
              || current.revision() != opened.revision());
    }
  }

  /** The same of a run's secrets collection. */
  public record UsedCollection(
      CollectionName name, @Nullable OpenedBundle opened, @Nullable SecretsCollection current) {
    public boolean isStale() {
      return opened != null
          && (current == null
              || !current.bundleId().equals(opened.bundleId())
              || current.revision() != opened.revision());
    }
  }

  /**
   * All that may be told of a workload.
   *
   * @param collection null where it is no run, or one without
   * @param unchecked labels that it asks for and that its host does not declare
   * @param attempts newest first
   */
  public record Detail(
      Workload workload,
      Attempt current,
      List<Used> secrets,
      @Nullable UsedCollection collection,
      Map<String, String> unchecked,
      List<Attempt> attempts) {}

  /** What a submit would do. */
  public Plan plan(Actor actor, WorkloadSpec spec) {
    return planner.plan(actor, spec);
  }

  /**
   * Accepts a workload and holds its bundles and credentials.
   *
   * @param key null where the caller sends none; the same key and body get the first answer again
   * @throws RefusedException INVALID or UNSUPPORTED for the spec; SECRET_MISSING or
   *     SECRET_ENTRY_MISSING, CREDENTIAL_MISSING or CREDENTIAL_INCOMPATIBLE with {@code name};
   *     TOO_MANY_WORKLOADS; IDEMPOTENCY_KEY_REUSED; nothing is then kept
   */
  public Accepted submit(Actor actor, WorkloadSpec spec, @Nullable IdempotencyKey key) {
    return submit(actor, RandomIds.shortId(), spec, key);
  }

  /**
   * The same under an id of the caller's, whose files are there already. Another is answered where
   * the key was answered before.
   *
   * @param id random, and in no use before
   */
  public Accepted submit(Actor actor, String id, WorkloadSpec spec, @Nullable IdempotencyKey key) {
    Instant now = now();
    Accepted accepted =
        acts.recorded(
            now,
            actor,
            "workload.submit",
            SpecRules.nameOrEmpty(spec),
            () -> submit(actor, id, spec, key, now));
    reconciler.wake(accepted.attempt().workload());
    return accepted;
  }

  /**
   * Accepts a run, whose files are there already, and holds its application and its collection. It
   * is nobody's own: its code is others', and sees what a job of any other token than an admin's
   * does.
   *
   * @param id random, and in no use before
   * @throws RefusedException as {@link #submit} does; REFERENCE_MISSING with {@code name}
   */
  public Accepted submitRun(Actor actor, String id, WorkloadSpec spec) {
    Instant now = now();
    RunSpec run = java.util.Objects.requireNonNull(spec.run());
    String subject = run.application().value();
    Accepted accepted =
        acts.recorded(
            now, actor, "workload.submit", subject, () -> submit(actor, id, spec, null, now));
    reconciler.wake(id);
    return accepted;
  }

  /**
   * How a run went elsewhere.
   *
   * @param error why it failed; empty where nobody said
   * @param log what it printed; null for nothing
   */
  public record Ran(boolean succeeded, String error, Duration lasted, @Nullable Path log) {}

  /**
   * Records a run that ran elsewhere and has ended, whose files are there already. Nothing is held
   * and nothing is started.
   *
   * @param id random, and in no use before
   */
  public void recordRun(Actor actor, String id, WorkloadSpec spec, Ran ran) {
    Instant now = now();
    RunSpec run = java.util.Objects.requireNonNull(spec.run());
    Outcome outcome = Outcomes.elsewhere(ran, now);
    Workload workload = queued(actor, id, spec, now).endedIn(outcome.state(), now);
    Attempt attempt =
        Attempt.queued(workload.currentAttempt(), actor.workspace(), spec.env(), now)
            .ended(outcome, now);
    boolean _ =
        acts.run(
            now,
            actor,
            "run.track",
            run.application().value(),
            tx -> {
              tx.lock(actor.workspace(), run.application(), Tx.LockKind.SHARED);
              var _ = Applications.found(tx, actor.workspace(), run.application());
              tx.workloads().insert(workload, attempt);
              tx.audit().append(AuditRow.ok(now, actor, "run.track", id));
              return true;
            });
    if (ran.log() != null) {
      logs.keep(attempt.id(), ran.log());
    }
  }

  private static Workload queued(Actor actor, String id, WorkloadSpec spec, Instant now) {
    return new Workload(
        id,
        actor.workspace(),
        spec,
        actor.isAdmin() && spec.run() == null,
        actor.tokenName(),
        WorkloadState.QUEUED,
        1,
        1,
        false,
        0,
        0,
        false,
        now,
        null,
        null);
  }

  private Accepted submit(
      Actor actor, String id, WorkloadSpec asked, @Nullable IdempotencyKey key, Instant now) {
    Optional<Accepted> before = answered(actor, key);
    if (before.isPresent()) {
      return before.get();
    }
    SpecRules.check(asked);
    WorkloadSpec spec = planner.resolved(actor, asked);
    var newIds = WorkloadMounts.newIds(spec.volumeMounts());
    Workload workload = queued(actor, id, WorkloadMounts.withoutCreates(spec), now);
    Attempt first = Attempt.queued(workload.currentAttempt(), actor.workspace(), spec.env(), now);
    planner.check(actor, spec);
    WorkloadUses.require(actor, spec.run());
    return store.write(
        tx -> {
          Optional<Accepted> again = RepeatedRequests.answer(tx, actor, key);
          if (again.isPresent()) {
            return again.get();
          }
          requireRoom(tx);
          hold(tx, actor, workload, spec.volumeMounts(), newIds, now);
          tx.workloads().insert(workload, first);
          return accepted(tx, actor, "workload.submit", first.id(), key, now);
        });
  }

  /**
   * Accepts a new attempt of a workload, with what its bundles hold now.
   *
   * @param env replaces the visible variables; null to keep them
   * @throws RefusedException SECRET_MISSING, CREDENTIAL_MISSING or CREDENTIAL_INCOMPATIBLE with
   *     {@code name}; CODE_MISSING with {@code digests} where a jar of its class path has gone;
   *     WORKLOAD_BUSY where a resubmission waits already or terminate was asked; TOO_MANY_WORKLOADS
   *     where it had ended; WORKLOAD_NOT_FOUND; a running attempt is then left alone
   */
  public Accepted resubmit(
      Actor actor, String id, @Nullable Map<String, String> env, @Nullable IdempotencyKey key) {
    Instant now = now();
    Accepted accepted =
        acts.recorded(
            now,
            actor,
            "workload.resubmit",
            RandomIds.shortIdOrEmpty(id),
            () -> resubmit(actor, id, env, key, now));
    reconciler.wake(id);
    return accepted;
  }

  private Accepted resubmit(
      Actor actor,
      String id,
      @Nullable Map<String, String> env,
      @Nullable IdempotencyKey key,
      Instant now) {
    Optional<Accepted> before = answered(actor, key);
    if (before.isPresent()) {
      return before.get();
    }
    Detail seen = detail(actor, id);
    requireUses(actor, seen.workload());
    RunSpec run = seen.workload().spec().run();
    if (run != null && run.origin().external()) {
      throw new RefusedException(
          Reason.UNSUPPORTED,
          "This run ran elsewhere and is only kept here: it cannot be started again. Submit a run"
              + " of its application instead.");
    }
    planner.check(actor, seen.workload().spec().withEnv(env == null ? seen.current().env() : env));
    JavaSpec java = seen.workload().spec().java();
    if (java != null && calls != null) {
      JavaRules.requireAll(
          java, calls.missing(actor.workspace(), java), "call it again from its program");
    }
    return store.write(
        tx -> {
          Optional<Accepted> again = RepeatedRequests.answer(tx, actor, key);
          return again.isPresent() ? again.get() : resubmitted(tx, actor, id, env, key, now);
        });
  }

  /** Asks a workload to end. Asking again, or asking what has ended, changes nothing. */
  public Accepted terminate(Actor actor, String id) {
    Instant now = now();
    Accepted accepted =
        acts.run(
            now,
            actor,
            "workload.terminate",
            RandomIds.shortIdOrEmpty(id),
            tx -> {
              Workload workload = find(tx, actor, id);
              requireUses(actor, workload);
              if (!workload.state().isTerminal() && !workload.terminateRequested()) {
                tx.workloads().update(workload.terminating());
                tx.audit().append(AuditRow.ok(now, actor, "workload.terminate", id));
              }
              return new Accepted(workload.currentAttempt(), workload.state());
            });
    reconciler.wake(id);
    return accepted;
  }

  /** Removes a run that has ended, for good. WORKLOAD_BUSY where it has not. */
  public void removeRun(Actor actor, String id) {
    Instant now = now();
    boolean _ =
        acts.run(
            now,
            actor,
            "run.delete",
            RandomIds.shortIdOrEmpty(id),
            tx -> {
              Workload workload = find(tx, actor, id);
              requireUses(actor, workload);
              if (workload.spec().run() == null || !workload.state().isTerminal()) {
                throw new RefusedException(
                    Reason.WORKLOAD_BUSY,
                    "Only a run that has ended can be deleted; cancel it first.");
              }
              tx.workloads().remove(List.of(id));
              tx.audit().append(AuditRow.ok(now, actor, "run.delete", id));
              return true;
            });
  }

  /** WORKLOAD_NOT_FOUND where there is none such in the caller's workspace. */
  public Detail detail(Actor actor, String id) {
    return store.read(
        tx -> {
          Workload workload = find(tx, actor, id);
          Attempt current = tx.workloads().attempt(workload.currentAttempt()).orElseThrow();
          return new Detail(
              workload,
              current,
              used(tx, workload, current),
              usedCollection(tx, workload, current),
              LabelRules.unchecked(workload.spec(), labels(tx, workload, current)),
              tx.workloads().attempts(id, ATTEMPTS_SHOWN));
        });
  }

  private Map<String, String> labels(Tx tx, Workload workload, Attempt current) {
    Placement placedOn = current.placedOn();
    if (workload.spec().labels().isEmpty()
        || (placedOn == null && workload.spec().credentials() != null)) {
      return Map.of(); // Its host is not known yet.
    }
    Map<String, String> labels = new LinkedHashMap<>(engines.labelsOf(workload, current));
    EngineAddress address = placedOn == null ? null : placedOn.address();
    if (address != null) {
      tx.credentials().ofKind(workload.workspace(), CredentialKind.DOCKER).stream()
          .filter(docker -> docker.setting("host").equals(address.value()))
          .forEach(docker -> labels.putAll(HostRules.labels(docker)));
    }
    return labels;
  }

  /**
   * Where an attempt of this machine works, also while it runs.
   *
   * @throws RefusedException UNSUPPORTED where its engine does not know
   */
  public Remains place(Workload workload, Attempt attempt) {
    return engines.of(workload, attempt).remains(attempt.id());
  }

  /** One attempt as it stands now. */
  public Optional<Attempt> attempt(AttemptId id) {
    return store.read(tx -> tx.workloads().attempt(id));
  }

  /** Waits until a workload has ended or the time is up, then says how it stands. */
  public Detail awaitEnd(Actor actor, String id, Duration timeout) throws InterruptedException {
    detail(actor, id); // Refuses what is not there before anything waits.
    changes.await(id, () -> detail(actor, id).workload().state().isTerminal(), timeout);
    return detail(actor, id);
  }

  public List<WorkloadStore.Listed> list(WorkloadStore.Filter filter) {
    return store.read(tx -> tx.workloads().list(filter));
  }

  /** Refuses a token that may not see what this workload prints. */
  public void requireUses(Actor actor, Workload workload) {
    WorkloadUses.require(actor, workload);
  }

  private Accepted resubmitted(
      Tx tx,
      Actor actor,
      String id,
      @Nullable Map<String, String> env,
      @Nullable IdempotencyKey key,
      Instant now) {
    Workload workload = find(tx, actor, id);
    boolean ended = workload.state().isTerminal();
    if (workload.pending() || (workload.terminateRequested() && !ended)) {
      throw new RefusedException(
          Reason.WORKLOAD_BUSY,
          workload.pending()
              ? "A resubmission of this workload has not started yet; wait for it, or terminate the workload."
              : "Somebody asked this workload to end; resubmit it once it has (satchel wait "
                  + id
                  + ").");
    }
    if (ended) {
      requireRoom(tx);
    }
    hold(tx, actor, workload, workload.spec().volumeMounts(), Map.of(), now);
    Attempt last = tx.workloads().attempt(workload.currentAttempt()).orElseThrow();
    Workload next = workload.renewed().withNextAttempt();
    if (!last.startedOnEngine()) { // Nothing runs: the new attempt is the current one at once.
      if (!last.state().isTerminal()) {
        tx.workloads().update(last.ended(Outcomes.supersededBeforeItsStart(), now));
        tx.volumes().detach(id, last.id().number());
        tx.bucketMounts().remove(id, last.id().number());
      }
      next = next.advanced().in(WorkloadState.QUEUED);
    }
    Attempt attempt =
        Attempt.queued(next.newestAttempt(), next.workspace(), env == null ? last.env() : env, now);
    tx.workloads().insertAttempt(attempt);
    tx.workloads().update(next);
    return accepted(tx, actor, "workload.resubmit", attempt.id(), key, now);
  }

  private void requireRoom(Tx tx) {
    if (tx.workloads().liveCount() >= liveMax) {
      throw new RefusedException(
          Reason.TOO_MANY_WORKLOADS,
          "This server takes at most "
              + liveMax
              + " workloads that have not ended (--max-waiting), and has them. Wait until some"
              + " have, or end some: \"satchel list\" shows them, \"satchel terminate\" ends them.");
    }
  }

  private void hold(
      Tx tx,
      Actor actor,
      Workload workload,
      List<VolumeMount> mounts,
      Map<VolumeName, String> newVolumeIds,
      Instant now) {
    String workspace = workload.workspace();
    var names = workload.spec().bundleNames();
    RunSpec run = workload.spec().run();
    if (run != null) {
      tx.lock(workspace, run.application(), Tx.LockKind.SHARED);
      var _ = Applications.found(tx, workspace, run.application());
    }
    CollectionName collection = run == null ? null : run.collectionName();
    if (collection != null) {
      tx.lock(workspace, collection, Tx.LockKind.SHARED);
    }
    var credentials =
        WorkloadCredentials.locked(tx, workspace, workload.spec(), names, actor::mayUse);
    WorkloadMounts.hold(tx, actor, workload.id(), mounts, newVolumeIds, volumes, now);
    Transitions.missing(tx, workload, volumes)
        .ifPresent(
            missing -> {
              throw missing;
            });
    tx.holds().hold(workspace, names, workload.id());
    credentials.forEach(name -> tx.holds().hold(workspace, name, workload.id()));
    if (run != null) {
      tx.holds().hold(workspace, run.application(), workload.id());
    }
    if (collection != null) {
      tx.holds().hold(workspace, collection, workload.id());
    }
  }

  private static Accepted accepted(
      Tx tx,
      Actor actor,
      String action,
      AttemptId attempt,
      @Nullable IdempotencyKey key,
      Instant now) {
    tx.audit()
        .append(
            AuditRow.ok(now, actor, action, attempt.workload())
                .withDetail("attempt " + attempt.number()));
    RepeatedRequests.keep(tx, actor, key, attempt, now);
    return new Accepted(attempt, WorkloadState.QUEUED);
  }

  private Optional<Accepted> answered(Actor actor, @Nullable IdempotencyKey key) {
    return key == null
        ? Optional.empty()
        : store.read(tx -> RepeatedRequests.answer(tx, actor, key));
  }

  static Workload find(Tx tx, Actor actor, String id) {
    return tx.workloads()
        .find(id)
        .filter(workload -> workload.workspace().equals(actor.workspace()))
        .orElseThrow(
            () ->
                new RefusedException(
                    Reason.WORKLOAD_NOT_FOUND,
                    "There is no such workload; \"satchel list --all\" shows those that there are."));
  }

  private static List<Used> used(Tx tx, Workload workload, Attempt current) {
    List<OpenedBundle> opened = tx.workloads().openedBundles(current.id());
    List<Used> used = new ArrayList<>();
    for (SecretUse use : workload.spec().secrets()) {
      used.add(
          new Used(
              use,
              opened.stream()
                  .filter(o -> o.name().equals(use.name().value()))
                  .findFirst()
                  .orElse(null),
              tx.bundles().find(workload.workspace(), use.name()).orElse(null)));
    }
    return used;
  }

  private static @Nullable UsedCollection usedCollection(
      Tx tx, Workload workload, Attempt current) {
    RunSpec run = workload.spec().run();
    CollectionName name = run == null ? null : run.collectionName();
    return name == null
        ? null
        : new UsedCollection(
            name,
            tx.workloads().openedBundles(current.id()).stream()
                .filter(opened -> opened.name().equals(name.toString()))
                .findFirst()
                .orElse(null),
            tx.collections().find(workload.workspace(), name).orElse(null));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
