package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bundle;
import static dev.satchel.core.store.Rows.bytes;
import static dev.satchel.core.store.Rows.first;
import static dev.satchel.core.store.Rows.spec;
import static dev.satchel.core.store.Rows.variables;
import static dev.satchel.core.store.Rows.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.access.Token;
import dev.satchel.core.access.Tokens;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.Expected;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.IdempotencyKeys.Answered;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every store keeps to, in its units of work and in each noun. A new store is done when its
 * subclass passes.
 */
public abstract class StoreContract
    implements BundleContract,
        CredentialContract,
        CredentialRaceContract,
        CollectionRaceContract,
        ApplicationContract,
        VolumeContract,
        BucketMountContract,
        VolumeRaceContract,
        WorkloadContract,
        EarlierAttemptContract,
        AccessContract {
  private static final Actor ACTOR =
      new Actor(WORKSPACE, "t1", "tester", Set.of(Role.ADMIN), Set.of(), "127.0.0.1");

  /** The audit's rows, oldest first, each as its action, subject, revision and outcome. */
  protected abstract List<String> audited();

  @Test
  void whatAUnitOfWorkAnswersIsAnswered() {
    String written = store().write(_ -> "written");
    String read = store().read(_ -> "read");
    assertThat(List.of(written, read)).containsExactly("written", "read");
    assertThat(store().failure()).isEmpty();
    assertThat(store().isFull()).isFalse();
  }

  @Test
  void aUnitOfWorkSeesItsOwnWrites() {
    Optional<Bundle> seen =
        store()
            .write(
                tx -> {
                  tx.bundles().insert(bundle("a"), variables("A=1"));
                  return tx.bundles().find(WORKSPACE, new BundleName("a"));
                });
    assertThat(seen).contains(bundle("a"));
  }

  @Test
  void aRefusedUnitOfWorkChangesNothing() {
    RefusedException refusal = new RefusedException(Reason.SECRET_EXISTS, "No.");
    assertThatThrownBy(
            () ->
                write(
                    tx -> {
                      everyNoun(tx);
                      throw refusal;
                    }))
        .isSameAs(refusal);
    assertNothingWritten();
  }

  @Test
  void aUnitOfWorkThatFailsChangesNothing() {
    assertThatThrownBy(
            () ->
                write(
                    tx -> {
                      everyNoun(tx);
                      throw new IllegalStateException("a bug");
                    }))
        .hasMessage("a bug");
    assertNothingWritten();
  }

  @Test
  void aUnitOfWorkThatBreaksAConstraintChangesNothing() {
    assertThatThrownBy(
            () ->
                write(
                    tx -> {
                      everyNoun(tx);
                      tx.bundles().insert(bundle("a"), variables("A=1"));
                    }))
        .isInstanceOf(RuntimeException.class)
        .isNotInstanceOf(RefusedException.class);
    assertNothingWritten();
  }

  @Test
  void anErrorInAUnitOfWorkChangesNothingAndWritesGoOn() {
    assertThatThrownBy(
            () ->
                write(
                    tx -> {
                      everyNoun(tx);
                      throw new StackOverflowError();
                    }))
        .satisfiesAnyOf(
            thrown -> assertThat(thrown).isInstanceOf(StackOverflowError.class),
            thrown -> assertThat(thrown).hasCauseInstanceOf(StackOverflowError.class));
    assertNothingWritten();
    write(StoreContract::everyNoun);
    assertThat(audited()).hasSize(1);
  }

  @Test
  void allOfAUnitOfWorkIsWritten() {
    write(StoreContract::everyNoun);
    assertThat(one(tx -> tx.bundles().find(WORKSPACE, new BundleName("a")))).isPresent();
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, new BundleName("a"), 10)))
        .containsExactly("w1");
    assertThat(many(tx -> tx.workloads().live())).containsExactly("w1");
    assertThat(audited()).containsExactly("test a 7 ok");
  }

  @Test
  void aReadWritesNothing() {
    try {
      read(
          tx -> {
            everyNoun(tx);
            return true;
          });
    } catch (RuntimeException e) { // A store may refuse it, or drop it.
      assertThat(e).isNotInstanceOf(RefusedException.class);
    }
    assertNothingWritten();
  }

  @Test
  void aReadStaysOnItsSnapshot() {
    write(tx -> tx.bundles().insert(bundle("a"), variables("A=1")));
    List<Long> seen =
        read(
            tx -> {
              Bundle before = tx.bundles().find(WORKSPACE, new BundleName("a")).orElseThrow();
              elsewhere(
                  () ->
                      write(
                          other -> {
                            other
                                .bundles()
                                .replace(bundle(WORKSPACE, before.id(), "a", 2), variables("B=2"));
                            other.bundles().insert(bundle("b"), variables("A=1"));
                          }));
              Bundle after = tx.bundles().find(WORKSPACE, new BundleName("a")).orElseThrow();
              assertThat(tx.bundles().places(before.id())).containsExactly(new Place.Env("A"));
              assertThat(tx.bundles().list(WORKSPACE, "", 10)).hasSize(1);
              return List.of(before.revision(), after.revision());
            });
    assertThat(seen).containsExactly(1L, 1L);
    assertThat(many(tx -> tx.bundles().list(WORKSPACE, "", 10)))
        .as("the next read sees what was written")
        .hasSize(2);
  }

  @Test
  void whatWasAnsweredIsThereForTheNextReadAtOnce() {
    for (int i = 0; i < 50; i++) {
      Bundle bundle = bundle("b" + i);
      write(tx -> tx.bundles().insert(bundle, variables("A=1")));
      assertThat(one(tx -> tx.bundles().find(WORKSPACE, bundle.name()))).contains(bundle);
    }
  }

  @Test
  void oneFailingUnitTakesNothingOfItsNeighboursWithIt() throws Exception {
    List<Callable<Boolean>> works = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int number = i;
      works.add(
          () -> {
            write(
                tx -> {
                  tx.bundles().insert(bundle("b" + number), variables("A=1"));
                  switch (number % 3) {
                    case 1 -> throw new RefusedException(Reason.SECRET_EXISTS, "No.");
                    case 2 -> tx.bundles().insert(bundle("b" + number), variables("A=1"));
                    default -> {}
                  }
                });
            return true;
          });
    }
    List<Boolean> done = atOnce(works).stream().map(StoreContract::succeeded).toList();
    for (int i = 0; i < 60; i++) {
      BundleName name = new BundleName("b" + i);
      assertThat(done.get(i)).isEqualTo(i % 3 == 0);
      assertThat(one(tx -> tx.bundles().find(WORKSPACE, name)).isPresent()).isEqualTo(i % 3 == 0);
    }
  }

  @Test
  void ofSixteenWritersThatSawTheSameRevisionExactlyOneWins() throws Exception {
    Secrets secrets = secrets();
    BundleName name = new BundleName("counter");
    secrets.put(ACTOR, name, entries("0"), new Expected.Nothing());
    for (long revision = 1; revision <= 20; revision++) {
      Expected seen = new Expected.Revision(revision);
      List<Callable<Boolean>> writers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        String value = revision + " " + i;
        writers.add(() -> secrets.put(ACTOR, name, entries(value), seen) != null);
      }
      List<Future<Boolean>> answers = atOnce(writers);
      assertThat(answers).filteredOn(StoreContract::succeeded).hasSize(1);
      assertThat(answers)
          .filteredOn(answer -> !succeeded(answer))
          .allSatisfy(answer -> assertThat(refusal(answer)).isEqualTo(Reason.REVISION_MISMATCH));
      assertThat(secrets.detail(ACTOR, name).bundle().revision()).isEqualTo(revision + 1);
    }
    assertThat(audited()).as("each refusal is recorded").hasSize(1 + 20 * 16);
  }

  @Test
  void oldRowsOfTheAuditAreRemovedInSteps() {
    for (int i = 0; i < 10; i++) {
      AuditRow row = AuditRow.ok(NOW.plusSeconds(i), ACTOR, "test", "row" + i).withRevision(1);
      write(tx -> tx.audit().append(row));
    }
    assertThat(removed(NOW.plusSeconds(5), 3)).isEqualTo(3);
    assertThat(audited()).hasSize(7).first().isEqualTo("test row3 1 ok");
    assertThat(removed(NOW.plusSeconds(5), 3)).isEqualTo(2);
    assertThat(removed(NOW.plusSeconds(5), 3)).isZero();
    assertThat(audited()).hasSize(5).first().isEqualTo("test row5 1 ok");
  }

  private int removed(Instant before, int limit) {
    return store().write(tx -> tx.audit().removeBefore(before, limit));
  }

  @Test
  void aDeleteAndASubmitNeverBothSucceed() throws Exception {
    Secrets secrets = secrets();
    for (int round = 0; round < 100; round++) {
      BundleName name = new BundleName("b" + round);
      Workload workload = workload("w" + round, spec(null, name.value()), WorkloadState.QUEUED, 0);
      secrets.put(ACTOR, name, entries("v"), new Expected.Nothing());
      List<Callable<Boolean>> both = new ArrayList<>();
      both.add(() -> submit(workload));
      both.add(round % 2, () -> secrets.delete(ACTOR, name, false) != null);
      List<Future<Boolean>> answers = atOnce(both);
      Future<Boolean> submit = answers.get(1 - round % 2);
      Future<Boolean> delete = answers.get(round % 2);
      boolean there = read(tx -> tx.bundles().find(WORKSPACE, name)).isPresent();
      List<String> holders = read(tx -> tx.holds().holders(WORKSPACE, name, 10));
      if (succeeded(submit)) {
        assertThat(refusal(delete)).isEqualTo(Reason.SECRET_IN_USE);
        assertThat(there).isTrue();
        assertThat(holders).containsExactly(workload.id());
      } else {
        assertThat(refusal(submit)).isEqualTo(Reason.SECRET_MISSING);
        assertThat(succeeded(delete)).isTrue();
        assertThat(there).isFalse();
        assertThat(holders).isEmpty();
        assertThat(one(tx -> tx.workloads().find(workload.id()))).isEmpty();
      }
    }
  }

  @Test
  void whatIsFoundToBeChangedIsHeldUntilItIs() throws Exception {
    Workload workload = workload("w1", 0);
    write(tx -> tx.workloads().insert(workload, first(workload)));
    List<Callable<Boolean>> works = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      boolean byAttempt = i % 2 == 0;
      works.add(
          () -> {
            write(tx -> countUp(tx, byAttempt));
            return true;
          });
    }
    assertThat(atOnce(works)).allMatch(StoreContract::succeeded);
    assertThat(one(tx -> tx.workloads().find("w1")).orElseThrow().retriesUsed()).isEqualTo(40);
    assertThat(one(tx -> tx.workloads().attempt(first(workload).id())).orElseThrow().exitCode())
        .isEqualTo(40);
  }

  /** Adds one to a number of the workload and one of its attempt, whichever is looked at first. */
  private static void countUp(Tx tx, boolean byAttempt) {
    AttemptId id = new AttemptId("w1", 1);
    Attempt attempt = byAttempt ? tx.workloads().attempt(id).orElseThrow() : null;
    Workload workload = tx.workloads().find("w1").orElseThrow();
    if (attempt == null) {
      attempt = tx.workloads().attempt(id).orElseThrow();
    }
    Integer before = attempt.exitCode();
    tx.workloads().update(Rows.exited(attempt, before == null ? 1 : before + 1));
    tx.workloads().update(Rows.retried(workload));
  }

  @Test
  void ofSixteenWithTheSameIdempotencyKeyOneMakesSomethingAndAllGetIt() throws Exception {
    for (int round = 0; round < 10; round++) {
      String key = "key" + round;
      List<Callable<String>> works = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        Workload workload = workload("w" + round + "-" + i, round);
        works.add(() -> store().write(tx -> once(tx, key, workload)));
      }
      Set<String> answers = new HashSet<>();
      for (Future<String> answer : atOnce(works)) {
        answers.add(answer.get());
      }
      assertThat(answers).hasSize(1);
    }
    assertThat(many(tx -> tx.workloads().live())).hasSize(10);
  }

  private static String once(Tx tx, String key, Workload workload) {
    Optional<Answered> before = tx.idempotencyKeys().find(WORKSPACE, key);
    if (before.isPresent()) {
      return before.get().attempt().workload();
    }
    tx.workloads().insert(workload, first(workload));
    Answered answer = new Answered(bytes("body"), first(workload).id());
    tx.idempotencyKeys().insert(WORKSPACE, key, answer, NOW);
    return workload.id();
  }

  @Test
  void twoAdminsThatRevokeOneAnotherLeaveOneThatOpens() throws Exception {
    Tokens tokens = new Tokens(store(), new BouncyCastleSealer(), InstantSource.fixed(NOW));
    Token last = tokens.create(ACTOR, "admin", Set.of(Role.ADMIN), Set.of(), null).token();
    for (int round = 0; round < 10; round++) {
      Token one = last;
      Token two = tokens.create(ACTOR, "admin" + round, Set.of(Role.ADMIN), Set.of(), null).token();
      List<Future<Token>> answers =
          atOnce(
              List.of(() -> tokens.revoke(ACTOR, one.id()), () -> tokens.revoke(ACTOR, two.id())));
      assertThat(answers).filteredOn(StoreContract::succeeded).hasSize(1);
      boolean firstWent = succeeded(answers.getFirst());
      assertThat(refusal(answers.get(firstWent ? 1 : 0))).isEqualTo(Reason.LAST_ADMIN_TOKEN);
      last = firstWent ? two : one;
    }
  }

  @Test
  void whatIsResubmittedWhileItIsSweptStaysOrIsGoneWhole() throws Exception {
    for (int round = 0; round < 30; round++) {
      String id = "w" + round;
      Workload ended = workload(id, spec(null), WorkloadState.COMPLETED, 0);
      write(tx -> tx.workloads().insert(ended, first(ended)));
      List<Callable<Boolean>> both =
          List.of(
              () ->
                  store()
                      .write(
                          tx -> {
                            tx.workloads()
                                .remove(tx.workloads().endedBefore(NOW.plusSeconds(1000), 100));
                            return true;
                          }),
              () ->
                  store()
                      .write(
                          tx -> {
                            Optional<Workload> found = tx.workloads().find(id);
                            found.ifPresent(w -> tx.workloads().update(workload(id, 0)));
                            return found.isPresent();
                          }));
      List<Future<Boolean>> answers = atOnce(both);
      assertThat(answers).allMatch(StoreContract::succeeded);
      assertThat(one(tx -> tx.workloads().find(id)).isPresent())
          .isEqualTo(answers.getLast().resultNow());
    }
  }

  @Test
  void textsThatNoDatabaseKeepsAreNotFound() {
    for (String odd : List.of("a\0b", "\ud800", "a\udc00")) {
      assertThat(one(tx -> tx.workloads().find(odd))).isEmpty();
      assertThat(one(tx -> tx.tokens().find(WORKSPACE, odd))).isEmpty();
      assertThat(many(tx -> tx.bundles().list(WORKSPACE, odd, 10))).isEmpty();
    }
  }

  private boolean submit(Workload workload) {
    List<BundleName> names = workload.spec().bundleNames();
    return store()
        .write(
            tx -> {
              tx.lock(WORKSPACE, names, Tx.LockKind.SHARED);
              for (BundleName name : names) {
                if (tx.bundles().find(WORKSPACE, name).isEmpty()) {
                  throw Secrets.missing(Reason.SECRET_MISSING, tx, WORKSPACE, name);
                }
              }
              tx.holds().hold(WORKSPACE, names, workload.id());
              tx.workloads().insert(workload, first(workload));
              return true;
            });
  }

  private Secrets secrets() {
    KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[32]);
    ring.open(store(), bytes("a data key of thirty-two bytes: "), NOW);
    return new Secrets(store(), ring, InstantSource.fixed(NOW));
  }

  private static List<Entry> entries(String value) {
    return List.of(new Entry(new Place.Env("V"), SecretValue.of(bytes(value))));
  }

  /** Writes something of every noun. */
  private static void everyNoun(Tx tx) {
    Workload workload = workload("w1", 0);
    tx.lock(WORKSPACE, List.of(new BundleName("a")), Tx.LockKind.EXCLUSIVE);
    tx.bundles().insert(bundle("a"), variables("A=1"));
    tx.holds().hold(WORKSPACE, List.of(new BundleName("a")), "w1");
    tx.workloads().insert(workload, first(workload));
    tx.audit().append(AuditRow.ok(NOW, ACTOR, "test", "a").withRevision(7));
  }

  private void assertNothingWritten() {
    assertThat(many(tx -> tx.bundles().list(WORKSPACE, "", 10))).isEmpty();
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, new BundleName("a"), 10))).isEmpty();
    assertThat(many(tx -> tx.workloads().live())).isEmpty();
    assertThat(audited()).isEmpty();
  }

  /** Does it in a thread of its own and waits for that. */
  private static void elsewhere(Runnable work) {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      executor.submit(work).get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Does all of them at once and waits for the last. */
  static <T> List<Future<T>> atOnce(List<Callable<T>> works) throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    List<Future<T>> answers = new ArrayList<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Callable<T> work : works) {
        answers.add(
            executor.submit(
                () -> {
                  go.await();
                  return work.call();
                }));
      }
      go.countDown();
    }
    return answers;
  }

  private static boolean succeeded(Future<?> answer) {
    return answer.state() == Future.State.SUCCESS;
  }

  private static Reason refusal(Future<?> answer) {
    try {
      throw new AssertionError("not refused: " + answer.get());
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(RefusedException.class);
      return ((RefusedException) e.getCause()).reason();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
