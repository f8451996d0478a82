package dev.satchel.core.call;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.CallFiles;
import dev.satchel.core.workload.IdempotencyKey;
import dev.satchel.core.workload.JavaRules;
import dev.satchel.core.workload.JavaSpec;
import dev.satchel.core.workload.Plan;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadSpec;
import dev.satchel.core.workload.WorkloadState;
import dev.satchel.core.workload.Workloads;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls of Java methods: each is a workload, with a class path and an answer. Thread-safe. */
public final class Calls {
  private static final int AT_ONCE = 200;

  /** One that has just ended may be submitted again at this moment. */
  private static final Duration RELEASED_AFTER = Duration.ofHours(1);

  private final Store store;
  private final Workloads workloads;
  private final CallFiles files;
  private final JarStore jars;
  private final JavaOfEngines java;
  private final InstantSource clock;
  private final Duration kept;

  /**
   * @param kept how long a jar stays that nobody uses
   */
  public Calls(
      Store store,
      Workloads workloads,
      CallFiles files,
      JarStore jars,
      JavaOfEngines java,
      InstantSource clock,
      Duration kept) {
    this.store = store;
    this.workloads = workloads;
    this.files = files;
    this.jars = jars;
    this.java = java;
    this.clock = clock;
    this.kept = kept;
  }

  /**
   * A call.
   *
   * @param answer what its JVM wrote; null where it has not ended, or left none
   */
  public record Called(Workloads.Detail detail, @Nullable String answer) {}

  /**
   * Keeps a jar of class paths.
   *
   * @return how many bytes it has
   */
  public long keepJar(Actor actor, String digest, InputStream bytes) throws IOException {
    requireDigest(digest);
    return jars.keep(actor.workspace(), digest, bytes);
  }

  /** CODE_NOT_FOUND where no such jar was sent. */
  public void requireJar(Actor actor, String digest) {
    requireDigest(digest);
    if (!jars.use(actor.workspace(), digest)) {
      throw new RefusedException(Reason.CODE_NOT_FOUND, "There is no jar of this digest here.");
    }
  }

  private static void requireDigest(String digest) {
    if (!JavaRules.isDigest(digest)) {
      throw RefusedException.invalid(
          "sha256", "A jar is named by its SHA-256: 64 hexadecimal digits in lower case.");
    }
  }

  /** What a submit would do. */
  public Plan plan(Actor actor, WorkloadSpec spec) {
    return workloads.plan(actor, java.started(actor, spec, required(spec)));
  }

  /**
   * Accepts a call.
   *
   * @param request what its JVM reads
   * @throws RefusedException as of a workload; CODE_MISSING with {@code digests}
   */
  public Workloads.Accepted submit(
      Actor actor, WorkloadSpec asked, byte[] request, @Nullable IdempotencyKey key) {
    JavaSpec call = required(asked);
    WorkloadSpec spec = java.started(actor, asked, call);
    requireJars(actor, call);
    String id = RandomIds.shortId();
    files.place(id, request);
    try {
      Workloads.Accepted accepted = workloads.submit(actor, id, spec, key);
      if (!accepted.attempt().workload().equals(id)) { // Answered before, under its key.
        files.remove(List.of(id));
      }
      return accepted;
    } catch (RefusedException refused) {
      if (!refused.mayBeDone()) { // Else a sweep looks what became of it.
        files.remove(List.of(id));
      }
      throw refused;
    }
  }

  private static JavaSpec required(WorkloadSpec spec) {
    JavaSpec call = spec.java();
    if (call == null) {
      throw RefusedException.invalid("java", "A function needs java: what its JVM runs.");
    }
    return call;
  }

  private void requireJars(Actor actor, JavaSpec call) {
    JavaRules.requireAll(
        call, files.missing(actor.workspace(), call), "send each to /v1/code, then submit again");
  }

  /**
   * A call and its answer, once it has ended or the time is up.
   *
   * @throws RefusedException WORKLOAD_NOT_FOUND where there is none; FORBIDDEN where this token may
   *     not see what it works with
   */
  public Called await(Actor actor, String id, Duration timeout) throws InterruptedException {
    requireCall(actor, id);
    Workloads.Detail detail =
        timeout.isZero() ? workloads.detail(actor, id) : workloads.awaitEnd(actor, id, timeout);
    WorkloadState state = detail.workload().state();
    boolean answered = state == WorkloadState.COMPLETED || state == WorkloadState.ERRORED;
    return new Called(detail, answered ? files.answer(id).orElse(null) : null);
  }

  /** Asks for the end of a call. */
  public Called cancel(Actor actor, String id) throws InterruptedException {
    requireCall(actor, id);
    Workloads.Accepted _ = workloads.terminate(actor, id);
    return await(actor, id, Duration.ZERO);
  }

  private void requireCall(Actor actor, String id) {
    Workload workload = workloads.detail(actor, id).workload();
    workloads.requireUses(actor, workload);
    if (workload.spec().java() == null) {
      throw new RefusedException(
          Reason.WORKLOAD_NOT_FOUND, "This workload is no call of a Java method.");
    }
  }

  /** Removes what is left of calls whose rows have gone, and jars that nobody uses any more. */
  public void sweep() {
    List<String> ids = files.workloads("", AT_ONCE);
    while (!ids.isEmpty()) {
      List<String> some = ids;
      files.remove(
          store.read(tx -> some.stream().filter(id -> tx.workloads().find(id).isEmpty()).toList()));
      Instant before = clock.instant().minus(RELEASED_AFTER);
      files.release(
          store.read(tx -> some.stream().filter(id -> endedBefore(tx, id, before)).toList()));
      some.forEach(this::removeForgotten);
      ids = files.workloads(ids.getLast(), AT_ONCE);
    }
    sweepJars();
  }

  /**
   * Answers of attempts whose rows have gone, which are looked for after them, since made after.
   */
  private void removeForgotten(String workload) {
    List<AttemptId> answered = files.attempts(workload);
    if (!answered.isEmpty()) { // Most are calls that have but one answer.
      Set<Integer> there = Set.copyOf(store.read(tx -> tx.workloads().attemptNumbers(workload)));
      files.removeAttempts(answered.stream().filter(id -> !there.contains(id.number())).toList());
    }
  }

  private static boolean endedBefore(Tx tx, String id, Instant before) {
    return tx.workloads()
        .find(id)
        .map(Workload::endedAt)
        .filter(ended -> ended.isBefore(before))
        .isPresent();
  }

  private void sweepJars() {
    Instant since = clock.instant().minus(kept);
    List<JarStore.Unused> unused = jars.unused(since, AT_ONCE);
    while (!unused.isEmpty()) {
      renewHeld();
      jars.remove(unused, since);
      int before = unused.size();
      unused = before < AT_ONCE ? List.of() : jars.unused(since, AT_ONCE);
    }
  }

  /** What has not ended may have to start again. */
  private void renewHeld() {
    Set<JarStore.Unused> renewed = new HashSet<>();
    for (String id : store.read(tx -> tx.workloads().live())) {
      Optional<Workload> found = store.read(tx -> tx.workloads().find(id));
      found.ifPresent(workload -> renew(workload, renewed));
    }
  }

  private void renew(Workload workload, Collection<JarStore.Unused> renewed) {
    JavaSpec call = workload.spec().java();
    if (call == null) {
      return;
    }
    for (String digest : call.classPath()) {
      if (renewed.add(new JarStore.Unused(workload.workspace(), digest))) {
        boolean _ = jars.use(workload.workspace(), digest);
      }
    }
  }
}
