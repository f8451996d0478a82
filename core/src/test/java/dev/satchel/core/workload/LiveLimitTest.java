package dev.satchel.core.workload;

import static dev.satchel.core.store.Rows.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;

/** How many workloads may have not ended. Nothing runs here: nobody starts the reconciler. */
final class LiveLimitTest {
  private static final int MAX = 3;
  private static final Actor OWNER =
      new Actor("default", "t", "owner", Set.of(Role.ADMIN), Set.of(), "test");

  private final MemoryStore store = new MemoryStore();
  private final Workloads workloads = workloads();

  @Test
  void aSubmitBeyondTheLimitIsRefusedUntilOneHasEnded() {
    String first = submit();
    submit();
    submit();
    assertTooMany(this::submit);
    end(first);
    submit();
    assertTooMany(this::submit);
  }

  @Test
  void aResubmissionOfWhatHasEndedCountsAndOneOfWhatHasNotDoesNot() {
    String ended = submit();
    end(ended);
    String live = submit();
    submit();
    submit();
    assertTooMany(() -> workloads.resubmit(OWNER, ended, null, null));
    assertThat(workloads.resubmit(OWNER, live, null, null).attempt().number()).isEqualTo(2);
    end(live);
    assertThat(workloads.resubmit(OWNER, ended, null, null).attempt().number()).isEqualTo(2);
  }

  @Test
  void theFirstAnswerIsGivenAgainHoweverManyThereAre() {
    IdempotencyKey key = new IdempotencyKey("once", new byte[32]);
    AttemptId first = workloads.submit(OWNER, spec(null), key).attempt();
    submit();
    submit();
    assertThat(workloads.submit(OWNER, spec(null), key).attempt()).isEqualTo(first);
  }

  @Test
  void manySubmitsAtOnceDoNotPassTheLimit() throws Exception {
    List<Callable<String>> submits = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      submits.add(this::submit);
    }
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(executor.invokeAll(submits))
          .filteredOn(one -> one.state() == Future.State.SUCCESS)
          .hasSize(MAX);
    }
  }

  private static void assertTooMany(ThrowableAssert.ThrowingCallable act) {
    assertThatThrownBy(act)
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.TOO_MANY_WORKLOADS);
              assertThat(refused.detail())
                  .contains("at most 3 workloads", "--max-waiting", "terminate");
            });
  }

  private String submit() {
    return workloads.submit(OWNER, spec(null), null).attempt().workload();
  }

  private void end(String id) {
    var _ =
        store.write(
            tx -> {
              Workload workload = tx.workloads().find(id).orElseThrow();
              tx.workloads().update(workload.endedIn(WorkloadState.COMPLETED, Instant.now()));
              return true;
            });
  }

  private Workloads workloads() {
    InstantSource clock = InstantSource.system();
    Changes changes = new Changes();
    KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[32]);
    Workloads made =
        new Workloads(
            store,
            new Secrets(store, ring, clock),
            ring,
            new Engines(List.of(new FakeEngine("process"))),
            new Logs(new MemoryLogs(), changes, 1000),
            changes,
            clock,
            new Workloads.Settings(1, Duration.ofSeconds(1), Duration.ofSeconds(1), MAX));
    made.reconciler().close(); // Wakes come to nothing.
    return made;
  }
}
