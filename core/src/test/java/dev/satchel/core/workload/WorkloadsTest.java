package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.Expected;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.Sealer;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.MemoryStore;
import dev.satchel.core.store.Tx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of workloads, whatever their engine does: with a fake engine, a store in memory, and
 * real rules.
 */
final class WorkloadsTest {
  private static final Actor OWNER =
      new Actor("default", "t", "owner", Set.of(Role.ADMIN), Set.of(), "test");
  private static final BundleName HF = new BundleName("hf");

  private final MemoryStore store = new MemoryStore();
  private final MemoryLogs logStore = new MemoryLogs();
  private final FakeEngine engine = new FakeEngine();
  private volatile Duration ahead = Duration.ZERO;
  private final InstantSource clock = () -> Instant.now().plus(ahead);
  private final Sealer sealer = new BouncyCastleSealer();
  private final KeyRing ring = new KeyRing(sealer, new byte[Sealer.KEY_BYTES]);
  private final Secrets secrets = new Secrets(store, ring, clock);
  private Workloads workloads = workloads(2);

  @BeforeEach
  void start() {
    ring.open(store, new byte[Sealer.KEY_BYTES], Instant.now());
    put("first-value");
    workloads.reconciler().start();
  }

  @AfterEach
  void stop() {
    workloads.reconciler().close();
  }

  @Test
  void aLostAttemptFailsWhereNothingSaysToTryAgain() {
    AttemptId first = running(spec(0, false));
    engine.gone(first, "the machine was restarted");
    Workload ended = await(first.workload(), w -> w.state().isTerminal());
    assertThat(ended.state()).isEqualTo(WorkloadState.FAILED);
    assertThat(attempt(first).cause()).isEqualTo(Cause.LOST);
    assertThat(attempt(first).reason()).isEqualTo("the machine was restarted");
    assertThat(holders()).isEmpty();
  }

  @Test
  void whatRanAndLeftNoRecordIsNeverStartedAgain() {
    AttemptId first = running(spec(3, true));
    engine.forget(first);
    workloads.reconciler().wake(first.workload());
    Workload ended = await(first.workload(), w -> w.state().isTerminal());
    assertThat(ended.state()).isEqualTo(WorkloadState.FAILED);
    assertThat(attempt(first).cause()).isEqualTo(Cause.UNSEEN);
    assertThat(engine.starts()).containsExactly(first);
    assertThat(holders()).isEmpty();
  }

  @Test
  void aLostSpotAttemptIsMadeUpForWithTheBundlesAsTheyAreThen() {
    AttemptId first = running(spec(0, true));
    put("second-value");
    engine.gone(first, "the machine was restarted");
    AttemptId second = new AttemptId(first.workload(), 2);
    await(first.workload(), w -> w.state() == WorkloadState.RUNNING && w.current() == 2);
    assertThat(text(engine.variable(second, "HF_TOKEN"))).isEqualTo("second-value");
    assertThat(workload(first.workload()).retriesUsed()).isZero();
    assertThat(holders()).containsExactly(first.workload());
  }

  @Test
  void aRecoveryWhoseBundleIsGoneEndsInvalidNamingIt() {
    AttemptId first = running(spec(0, true));
    secrets.delete(OWNER, HF, true);
    engine.gone(first, "the machine was restarted");
    Workload ended = await(first.workload(), w -> w.state().isTerminal());
    assertThat(ended.state()).isEqualTo(WorkloadState.INVALID);
    assertThat(attempt(ended.currentAttempt()).reason()).contains("\"hf\"");
    assertThat(engine.starts()).containsExactly(first);
  }

  @Test
  void whatAnotherHostRunsIsShownAsUnseenAndNeverStartedAgain() {
    AttemptId first = running(spec(3, true));
    workloads.reconciler().close();
    engine.identity(new EngineIdentity("another-host", "1"));
    workloads = workloads(2);
    workloads.reconciler().start();
    awaitAttempt(first, attempt -> attempt.cause() == Cause.UNSEEN);
    assertThat(workload(first.workload()).state()).isEqualTo(WorkloadState.RUNNING);
    assertThat(engine.starts()).containsExactly(first);
  }

  @Test
  void whatAnEngineThatIsAwayRunsIsShownAsUnseenAndGoesOnWhenItIsBack() {
    AttemptId first = running(spec(3, true));
    engine.outage("The engine does not answer.");
    workloads.reconciler().wake(first.workload());
    awaitAttempt(first, attempt -> attempt.cause() == Cause.UNSEEN);
    assertThat(attempt(first).reason()).isEqualTo("The engine does not answer.");
    assertThat(workload(first.workload()).state()).isEqualTo(WorkloadState.RUNNING);
    engine.outage(null);
    awaitAttempt(first, attempt -> attempt.cause() == null);
    engine.exit(first, 0);
    await(first.workload(), w -> w.state() == WorkloadState.COMPLETED);
    assertThat(engine.starts()).containsExactly(first);
  }

  @Test
  void aWorkloadWaitsForAnEngineThatIsAwayBeforeItsStart() {
    engine.preparation(
        progress -> {
          engine.preparation(again -> {});
          engine.outage("The engine does not answer.");
        });
    AttemptId first = workloads.submit(OWNER, spec(0, false), null).attempt();
    awaitAttempt(first, attempt -> attempt.cause() == Cause.UNSEEN);
    assertThat(engine.starts()).isEmpty();
    engine.outage(null);
    await(first.workload(), w -> w.state() == WorkloadState.RUNNING);
    assertThat(engine.starts()).containsExactly(first);
  }

  @Test
  void whatIsPreparedIsToldAndGivenUpWhereSomebodyAsksItToEnd() {
    engine.preparation(
        progress -> {
          while (true) {
            progress.accept("1 of 7 layers");
          }
        });
    AttemptId first = workloads.submit(OWNER, spec(3, true), null).attempt();
    awaitAttempt(first, attempt -> "1 of 7 layers".equals(attempt.reason()));
    assertThat(workload(first.workload()).state()).isEqualTo(WorkloadState.PROVISIONING);
    workloads.terminate(OWNER, first.workload());
    await(first.workload(), w -> w.state() == WorkloadState.TERMINATED);
    assertThat(engine.starts()).isEmpty();
  }

  @Test
  void anImageThatCannotBeHadFailsTheAttempt() {
    engine.preparation(
        progress -> {
          throw new RefusedException(Reason.IMAGE_PULL, "There is no such image.");
        });
    AttemptId first = workloads.submit(OWNER, spec(0, true), null).attempt();
    await(first.workload(), w -> w.state() == WorkloadState.FAILED);
    assertThat(attempt(first).cause()).isEqualTo(Cause.IMAGE_PULL);
    assertThat(holders()).isEmpty();
  }

  @Test
  void anAttemptThatWasAboutToStartWhenTheServerDiedIsFencedOffAndReplaced() {
    engine.failNextStart(new IllegalStateException("the server dies here"));
    AttemptId first = workloads.submit(OWNER, spec(0, false), null).attempt();
    Workload running = await(first.workload(), w -> w.state() == WorkloadState.RUNNING);
    assertThat(running.current()).isEqualTo(2);
    assertThat(attempt(first).cause()).isEqualTo(Cause.NOT_STARTED);
    assertThat(running.retriesUsed()).isZero();
  }

  @Test
  void anAdoptedAttemptIsMaskedWithTheValuesItStartedWith() {
    AttemptId first = running(spec(0, false));
    put("second-value");
    workloads.reconciler().close();
    engine.unfollow(first);
    workloads = workloads(2);
    workloads.reconciler().start();
    engine.print(first, bytes("first-value second-value\n"));
    engine.exit(first, 0);
    await(first.workload(), w -> w.state() == WorkloadState.COMPLETED);
    assertThat(text(logStore.read(first, 0, 1000))).isEqualTo("*** second-value\n");
  }

  @Test
  void anAttemptWhoseBoxesDoNotOpenEndsAndStoresNothingUnmasked() {
    AttemptId first = running(spec(0, false));
    engine.print(first, bytes("before "));
    workloads.reconciler().close();
    engine.unfollow(first);
    store.breakBoxes(first);
    workloads = workloads(2);
    workloads.reconciler().start();
    engine.print(first, bytes("first-value"));
    engine.exit(first, 0);
    await(first.workload(), w -> w.state() == WorkloadState.COMPLETED);
    assertThat(text(logStore.read(first, 0, 1000)))
        .startsWith("before ")
        .contains("cannot be masked")
        .doesNotContain("first-value");
  }

  @Test
  void theBoxesOfAnAttemptAreGoneWithItsEnd() {
    AttemptId first = running(spec(0, false));
    assertThat(store.<Integer>read(tx -> tx.workloads().boxes(first).size())).isEqualTo(1);
    engine.exit(first, 0);
    await(first.workload(), w -> w.state().isTerminal());
    assertThat(store.<Integer>read(tx -> tx.workloads().boxes(first).size())).isZero();
  }

  @Test
  void attemptsBeyondTheSlotsWaitInOrderAndSayWhy() {
    AttemptId a = running(spec(0, false));
    AttemptId b = running(spec(0, false));
    AttemptId c = workloads.submit(OWNER, spec(0, false), null).attempt();
    AttemptId d = workloads.submit(OWNER, spec(0, false), null).attempt();
    awaitAttempt(c, attempt -> attempt.cause() == Cause.WAITING);
    awaitAttempt(d, attempt -> attempt.cause() == Cause.WAITING);
    engine.exit(a, 0);
    await(c.workload(), w -> w.state() == WorkloadState.RUNNING);
    assertThat(workload(d.workload()).state()).isEqualTo(WorkloadState.QUEUED);
    engine.exit(b, 0);
    await(d.workload(), w -> w.state() == WorkloadState.RUNNING);
  }

  @Test
  void aQueuedWorkloadThatIsTerminatedNeverStarts() {
    running(spec(0, false));
    running(spec(0, false));
    AttemptId c = workloads.submit(OWNER, spec(0, false), null).attempt();
    workloads.terminate(OWNER, c.workload());
    await(c.workload(), w -> w.state() == WorkloadState.TERMINATED);
    assertThat(engine.starts()).doesNotContain(c);
  }

  @Test
  void aStopThatHadNoEffectIsSentAgain() {
    AttemptId first = running(spec(0, false));
    engine.ignoreStops(1);
    workloads.terminate(OWNER, first.workload());
    awaitAttempt(first, attempt -> attempt.stopCause() == Cause.TERMINATED);
    ahead = Duration.ofMinutes(1);
    await(first.workload(), w -> w.state() == WorkloadState.TERMINATED);
  }

  @Test
  void anAttemptThatDoesNotGetToRunCanBeTerminated() {
    engine.startSlowly();
    AttemptId first = workloads.submit(OWNER, spec(0, true), null).attempt();
    await(first.workload(), w -> w.state() == WorkloadState.STARTING);
    workloads.terminate(OWNER, first.workload());
    await(first.workload(), w -> w.state() == WorkloadState.TERMINATED);
    assertThat(engine.starts()).containsExactly(first);
  }

  @Test
  void whatWasToldToEndAndLeftNoExitCodeWasNotLost() {
    AttemptId first = running(spec(3, true));
    engine.ignoreStops(1);
    workloads.terminate(OWNER, first.workload());
    awaitAttempt(first, attempt -> attempt.stopCause() == Cause.TERMINATED);
    engine.gone(first, "its runner was killed, and the job with it");
    await(first.workload(), w -> w.state() == WorkloadState.TERMINATED);
    assertThat(attempt(first).cause()).isEqualTo(Cause.TERMINATED);
  }

  @Test
  void whatIsTerminatedWhileItIsLaunchedIsNeverStarted() {
    AtomicReference<String> id = new AtomicReference<>();
    engine.whenAsked(
        () -> {
          String launched = id.get(); // Null while it is submitted: only its launch asks again.
          if (launched != null) {
            workloads.terminate(OWNER, launched);
          }
        });
    running(spec(0, false));
    AttemptId held = running(spec(0, false));
    AttemptId first = workloads.submit(OWNER, spec(0, false), null).attempt();
    id.set(first.workload());
    engine.exit(held, 0);
    await(first.workload(), w -> w.state() == WorkloadState.TERMINATED);
    assertThat(engine.starts()).doesNotContain(first);
  }

  @Test
  void aStartThatWasForbiddenBeforeTheServerDiedIsMadeUpFor() {
    workloads.reconciler().close();
    AttemptId first = workloads.submit(OWNER, spec(0, false), null).attempt();
    store.write(tx -> starting(tx, first));
    engine.forbidStart(first);
    workloads = workloads(2);
    workloads.reconciler().start();
    await(first.workload(), w -> w.state() == WorkloadState.RUNNING && w.current() == 2);
    assertThat(attempt(first).cause()).isEqualTo(Cause.NOT_STARTED);
  }

  private boolean starting(Tx tx, AttemptId id) {
    Attempt attempt = tx.workloads().attempt(id).orElseThrow().starting(Placement.on(engine));
    tx.workloads().update(attempt);
    tx.workloads().update(tx.workloads().find(id.workload()).orElseThrow().in(attempt.state()));
    return true;
  }

  @Test
  void aRefusedStartWhoseEndCouldNotBeWrittenIsSettledLater() {
    engine.failNextStart(new RefusedException(Reason.START_FAILED, "There is no room."));
    store.refuseWrites(3, 2); // Submit, claim and start are written; the end is not.
    AttemptId first = workloads.submit(OWNER, spec(0, false), null).attempt();
    Workload ended = await(first.workload(), w -> w.state().isTerminal());
    assertThat(ended.state()).isEqualTo(WorkloadState.FAILED);
    assertThat(attempt(first).reason()).isEqualTo("There is no room.");
  }

  @Test
  void anErrorWhileOneIsSettledDoesNotKeepItFromBeingSettledLater() {
    engine.failNextStart(new NoClassDefFoundError("a jar was replaced"));
    AttemptId first = workloads.submit(OWNER, spec(0, false), null).attempt();
    await(first.workload(), w -> w.state() == WorkloadState.RUNNING && w.current() == 2);
  }

  @Test
  void everyPlaceThatIsFreedIsTakenAtOnce() {
    for (int round = 0; round < 20; round++) {
      List<AttemptId> ends = List.of(running(spec(0, false)), running(spec(0, false)));
      List<AttemptId> next = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        next.add(workloads.submit(OWNER, spec(0, false), null).attempt());
      }
      next.forEach(id -> awaitAttempt(id, attempt -> attempt.cause() == Cause.WAITING));
      ends.forEach(id -> Thread.ofVirtual().start(() -> engine.exit(id, 0)));
      next.forEach(id -> await(id.workload(), w -> w.state() == WorkloadState.RUNNING));
      next.forEach(id -> engine.exit(id, 0));
      next.forEach(id -> await(id.workload(), w -> w.state().isTerminal()));
    }
  }

  @Test
  void aResubmissionOfWhatWaitsTakesItsPlaceBeforeItStarts() {
    AttemptId a = running(spec(0, false));
    AttemptId b = running(spec(0, false));
    AttemptId c = workloads.submit(OWNER, spec(0, false), null).attempt();
    AttemptId d = workloads.submit(OWNER, spec(0, false), null).attempt();
    awaitAttempt(d, attempt -> attempt.cause() == Cause.WAITING);
    AttemptId again = workloads.resubmit(OWNER, c.workload(), Map.of("A", "2"), null).attempt();
    engine.exit(a, 0);
    engine.exit(b, 0);
    await(c.workload(), w -> w.state() == WorkloadState.RUNNING);
    await(d.workload(), w -> w.state() == WorkloadState.RUNNING);
    assertThat(engine.starts()).contains(again).doesNotContain(c);
    assertThat(attempt(c).cause()).isEqualTo(Cause.SUPERSEDED);
    assertThat(text(engine.variable(again, "A"))).isEqualTo("2");
  }

  @Test
  void aResubmissionThatTheEngineObjectsToAtItsLaunchLeavesTheRunningAttempt() {
    AttemptId first = running(spec(0, false));
    engine.objectAfter(1, "The engine objects.");
    AttemptId second = workloads.resubmit(OWNER, first.workload(), null, null).attempt();
    awaitAttempt(second, attempt -> attempt.state().isTerminal());
    await(first.workload(), w -> !w.pending());
    assertThat(attempt(second).reason()).isEqualTo("The engine objects.");
    assertThat(attempt(first).state()).isEqualTo(WorkloadState.RUNNING);
    assertThat(attempt(first).stopCause()).isNull();
    assertThat(workload(first.workload()).state()).isEqualTo(WorkloadState.RUNNING);
  }

  @Test
  void aSandboxWhoseTimeIsUpIsNotMadeAnewAsAJobIs() {
    AttemptId job = running(timed());
    AttemptId sandbox = running(timed().withLasting(Lasting.SANDBOX));
    ahead = Duration.ofMinutes(2);
    await(sandbox.workload(), w -> w.state() == WorkloadState.ERRORED);
    assertThat(attempt(sandbox).cause()).isEqualTo(Cause.TIMEOUT);
    assertThat(workload(sandbox.workload()).retriesUsed()).isZero();
    await(job.workload(), w -> w.retriesUsed() > 0);
  }

  @Test
  void retriesWaitTwiceAsLongEachTime() {
    workloads.reconciler().close();
    workloads = workloads(2, Duration.ofMinutes(1));
    workloads.reconciler().start();
    AttemptId first = running(spec(4, false));
    for (int minutes : List.of(1, 2, 4, 5)) { // Twice four is more than is ever waited.
      Workload running = workload(first.workload());
      Instant before = clock.instant();
      engine.exit(running.currentAttempt(), 1);
      Workload waits = await(first.workload(), w -> w.state() == WorkloadState.RETRYING);
      Instant at = Objects.requireNonNull(waits.nextTryAt());
      assertThat(Duration.between(before, at))
          .isCloseTo(Duration.ofMinutes(minutes), Duration.ofSeconds(20));
      ahead = ahead.plusMinutes(minutes).plusSeconds(1);
      await(first.workload(), w -> w.state() == WorkloadState.RUNNING);
    }
  }

  @Test
  void aSpotAttemptIsMadeUpForTwentyTimes() {
    AttemptId first = running(spec(0, true));
    for (int lost = 1; lost <= 20; lost++) {
      engine.gone(workload(first.workload()).currentAttempt(), "preempted");
      int next = lost + 1;
      await(first.workload(), w -> w.recoveriesUsed() == next - 1);
      ahead = ahead.plusMinutes(6);
      await(first.workload(), w -> w.state() == WorkloadState.RUNNING && w.current() == next);
    }
    engine.gone(workload(first.workload()).currentAttempt(), "preempted");
    await(first.workload(), w -> w.state() == WorkloadState.FAILED);
  }

  @Test
  void eachActLeavesItsRow() {
    AttemptId first = running(spec(0, false));
    workloads.resubmit(OWNER, first.workload(), null, null);
    await(first.workload(), w -> w.state() == WorkloadState.RUNNING && w.current() == 2);
    workloads.terminate(OWNER, first.workload());
    await(first.workload(), w -> w.state() == WorkloadState.TERMINATED);
    secrets.delete(OWNER, HF, false);
    assertThat(store.audited())
        .extracting(row -> row.action() + " " + row.subject() + " " + row.outcome())
        .containsExactly(
            "secret.write hf ok",
            "workload.submit " + first.workload() + " ok",
            "secret.use hf ok",
            "workload.resubmit " + first.workload() + " ok",
            "secret.use hf ok",
            "workload.terminate " + first.workload() + " ok",
            "secret.delete hf ok");
  }

  @Test
  void theUseOfASecretIsRecordedBeforeItsValueLeaves() {
    engine.failNextStart(new IllegalStateException("the server dies here"));
    AttemptId first = workloads.submit(OWNER, spec(0, false), null).attempt();
    awaitAttempt(first, attempt -> attempt.state().isTerminal());
    assertThat(store.audited())
        .filteredOn(row -> row.action().equals("secret.use"))
        .first()
        .satisfies(
            row -> {
              assertThat(row.revision()).isEqualTo(1L);
              assertThat(row.detail()).isEqualTo("attempt " + first);
            });
  }

  @Test
  void aSubmitToAnEngineThatDoesNotAnswerIsRefusedForNowAndKeepsNothing() {
    engine.outage("The engine does not answer.");
    assertThatThrownBy(() -> workloads.submit(OWNER, spec(0, false), null))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.ENGINE_UNAVAILABLE);
              assertThat(refused.detail()).isEqualTo("The engine does not answer.");
            });
    assertThat(holders()).isEmpty();
  }

  @Test
  void aResubmissionThatCannotStartLeavesTheRunningAttemptAndItsHold() {
    AttemptId first = running(spec(0, false));
    engine.object("The engine objects.");
    assertThatThrownBy(() -> workloads.resubmit(OWNER, first.workload(), null, null))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED));
    assertThat(workload(first.workload()).state()).isEqualTo(WorkloadState.RUNNING);
    assertThat(workload(first.workload()).pending()).isFalse();
    assertThat(holders()).containsExactly(first.workload());
  }

  @Test
  void anIdempotencyKeyIsItsTokensOwn() {
    IdempotencyKey key = new IdempotencyKey("k", new byte[] {1});
    Actor other = new Actor("default", "t2", "other", Set.of(Role.ADMIN), Set.of(), "test");
    AttemptId first = workloads.submit(OWNER, spec(0, false), key).attempt();
    assertThat(workloads.submit(OWNER, spec(0, false), key).attempt()).isEqualTo(first);
    assertThat(workloads.submit(other, spec(0, false), key).attempt()).isNotEqualTo(first);
  }

  @Test
  void whatTheOwnerSubmittedIsTheOwnersAlone() {
    AttemptId first = running(spec(0, false));
    Actor runner = new Actor("default", "r", "runner", Set.of(Role.RUNNER), Set.of("hf"), "test");
    assertForbidden(
        () -> workloads.resubmit(runner, first.workload(), Map.of("BASH_ENV", "/tmp/x"), null));
    assertForbidden(() -> workloads.terminate(runner, first.workload()));
    assertThat(workload(first.workload()).newest()).isEqualTo(1);
    assertThat(workload(first.workload()).terminateRequested()).isFalse();
  }

  private static void assertForbidden(org.assertj.core.api.ThrowableAssert.ThrowingCallable act) {
    assertThatThrownBy(act)
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.FORBIDDEN));
  }

  @Test
  void aResubmissionReplacesTheRunningAttempt() {
    AttemptId first = running(spec(0, false));
    put("second-value");
    AttemptId second = workloads.resubmit(OWNER, first.workload(), null, null).attempt();
    await(first.workload(), w -> w.state() == WorkloadState.RUNNING && w.current() == 2);
    assertThat(attempt(first).cause()).isEqualTo(Cause.SUPERSEDED);
    assertThat(text(engine.variable(second, "HF_TOKEN"))).isEqualTo("second-value");
  }

  @Test
  void aResubmissionNeedsNoPlaceBesidesItsPredecessors() {
    AttemptId a = running(spec(0, false));
    AttemptId b = running(spec(0, false));
    workloads.resubmit(OWNER, a.workload(), null, null);
    await(a.workload(), w -> w.state() == WorkloadState.RUNNING && w.current() == 2);
    AttemptId c = workloads.submit(OWNER, spec(0, false), null).attempt();
    awaitAttempt(c, attempt -> attempt.cause() == Cause.WAITING);
    engine.exit(b, 0);
    await(c.workload(), w -> w.state() == WorkloadState.RUNNING);
  }

  @Test
  void aWorkloadThatWaitsForARetryCanBeTerminated() {
    workloads.reconciler().close();
    workloads = workloads(2, Duration.ofMinutes(1));
    workloads.reconciler().start();
    AttemptId first = running(spec(3, false));
    engine.exit(first, 1);
    await(first.workload(), w -> w.state() == WorkloadState.RETRYING);
    workloads.terminate(OWNER, first.workload());
    await(first.workload(), w -> w.state() == WorkloadState.TERMINATED);
    assertThat(holders()).isEmpty();
  }

  @Test
  void whatEndedLongAgoIsForgottenWithItsLog() {
    AttemptId first = running(spec(0, false));
    engine.print(first, bytes("hello"));
    engine.exit(first, 0);
    await(first.workload(), w -> w.state().isTerminal());
    Logs logs = new Logs(logStore, new Changes(), 1000);
    new Retention(store, logs, clock, Duration.ofDays(1), Duration.ofDays(9)).sweep();
    assertThat(logStore.size(first)).isEqualTo(5);
    InstantSource later = () -> clock.instant().plus(Duration.ofDays(2));
    new Retention(store, logs, later, Duration.ofDays(1), Duration.ofDays(9)).sweep();
    assertThat(logStore.size(first)).isZero();
    assertThat(store.<Boolean>read(tx -> tx.workloads().find(first.workload()).isEmpty())).isTrue();
  }

  @Test
  void whatGoesOnKeepsItsNewestAttemptsAndIsTriedAgainAfterItsEarlierOnesWent() {
    AttemptId first = running(spec(0, false));
    engine.print(first, bytes("hello"));
    for (int number = 2; number <= 101; number++) {
      engine.exit(new AttemptId(first.workload(), number - 1), 0);
      await(first.workload(), w -> w.state().isTerminal());
      workloads.resubmit(OWNER, first.workload(), null, null);
      await(first.workload(), w -> w.state() == WorkloadState.RUNNING);
    }
    Logs logs = new Logs(logStore, new Changes(), 1000);
    InstantSource later = () -> clock.instant().plus(Duration.ofDays(2));
    new Retention(store, logs, later, Duration.ofDays(1), Duration.ofDays(9)).sweep();
    assertThat(store.<Boolean>read(tx -> tx.workloads().attempt(first).isEmpty())).isTrue();
    assertThat(logStore.size(first)).isZero();
    List<Attempt> shown = workloads.detail(OWNER, first.workload()).attempts();
    assertThat(shown).hasSize(100);
    assertThat(shown.getLast().id().number()).isEqualTo(2);
    assertThat(workloads.resubmit(OWNER, first.workload(), null, null).attempt().number())
        .isEqualTo(102);
    await(first.workload(), w -> w.current() == 102 && w.state() == WorkloadState.RUNNING);
  }

  private AttemptId running(WorkloadSpec spec) {
    AttemptId id = workloads.submit(OWNER, spec, null).attempt();
    await(id.workload(), w -> w.state() == WorkloadState.RUNNING);
    return id;
  }

  private Workload await(String id, Predicate<Workload> isSo) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Workload workload = workload(id);
    while (!isSo.test(workload)) {
      assertThat(System.nanoTime()).as("%s", workload).isLessThan(deadline);
      Thread.onSpinWait();
      workload = workload(id);
    }
    return workload;
  }

  private void awaitAttempt(AttemptId id, Predicate<Attempt> isSo) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!isSo.test(attempt(id))) {
      assertThat(System.nanoTime()).as("%s", attempt(id)).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private Workload workload(String id) {
    return store.read(tx -> tx.workloads().find(id).orElseThrow());
  }

  private Attempt attempt(AttemptId id) {
    return store.read(tx -> tx.workloads().attempt(id).orElseThrow());
  }

  private List<String> holders() {
    return store.read(tx -> tx.holds().holders("default", HF, 10));
  }

  private void put(String value) {
    try (SecretValue secret = SecretValue.ofText("value", value)) {
      secrets.put(
          OWNER,
          HF,
          List.of(new Entry(new Place.Env("HF_TOKEN"), secret)),
          new Expected.Anything());
    }
  }

  private Workloads workloads(int slots) {
    return workloads(slots, Duration.ofMillis(10));
  }

  private Workloads workloads(int slots, Duration backOff) {
    Changes changes = new Changes();
    return new Workloads(
        store,
        secrets,
        ring,
        new Engines(List.of(engine)),
        new Logs(logStore, changes, 1 << 20),
        changes,
        clock,
        new Workloads.Settings(slots, Duration.ofSeconds(1), backOff));
  }

  private static WorkloadSpec spec(int retries, boolean spot) {
    return new WorkloadSpec(
        null,
        List.of("train"),
        null,
        Map.of(),
        List.of(new SecretUse(HF, null, List.of())),
        "fake",
        null,
        retries,
        spot,
        Map.of(),
        null,
        null);
  }

  private static WorkloadSpec timed() {
    WorkloadSpec spec = spec(3, false);
    return new WorkloadSpec(
        null,
        spec.command(),
        null,
        Map.of(),
        spec.secrets(),
        "fake",
        Duration.ofMinutes(1),
        spec.retries(),
        false,
        Map.of(),
        null,
        null);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte @org.jspecify.annotations.Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
