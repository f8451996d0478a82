package dev.satchel.core.workload;

import static dev.satchel.core.store.Rows.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.access.Token;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.store.MemoryStore;
import dev.satchel.core.store.Rows;
import dev.satchel.core.store.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is forgotten, and when; of workloads see {@link WorkloadsTest}. */
final class RetentionTest {
  private final MemoryStore store = new MemoryStore();

  @Test
  void theAuditIsKeptForSoLongAndNoLonger() {
    Actor satchel = Actor.satchel("default");
    for (int i = 0; i < 1000; i++) { // More than one step.
      write(tx -> tx.audit().append(AuditRow.ok(NOW, satchel, "test", "old")));
    }
    write(tx -> tx.audit().append(AuditRow.ok(NOW.plusSeconds(10), satchel, "test", "new")));
    sweep(NOW.plus(Duration.ofDays(9)));
    assertThat(store.audited()).hasSize(1001);
    sweep(NOW.plus(Duration.ofDays(9)).plusSeconds(5));
    assertThat(store.audited()).extracting(AuditRow::subject).containsExactly("new");
  }

  @Test
  void aLogWhoseWorkloadIsGoneIsRemoved() {
    MemoryLogs kept = new MemoryLogs();
    for (int i = 0; i < 450; i++) { // More than one step.
      kept.open(new AttemptId("gone" + i, 1)).append(new byte[] {1}, 1, 1);
    }
    sweep(NOW, kept);
    assertThat(kept.workloads("", 1000)).isEmpty();
  }

  @Test
  void ofWhatGoesOnOnlyTheNewestAttemptsOutlastTheirTime() {
    MemoryLogs kept = new MemoryLogs();
    goesOn("w1", 650, kept); // More than one step; each ended at its number's second.
    goesOn("w2", 100, kept);
    sweep(NOW.plus(Duration.ofDays(1)).plusSeconds(301), kept);
    assertThat(numbers("w1")).as("of their time").hasSize(350).startsWith(301).endsWith(650);
    assertThat(logged(kept, "w1")).isEqualTo(numbers("w1"));
    sweep(NOW.plus(Duration.ofDays(400)), kept);
    assertThat(numbers("w1")).as("the newest").hasSize(100).startsWith(551).endsWith(650);
    assertThat(logged(kept, "w1")).isEqualTo(numbers("w1"));
    assertThat(numbers("w2")).hasSize(100);
    assertThat(logged(kept, "w2")).hasSize(100);
  }

  @Test
  void aLogWhoseAttemptIsGoneIsRemovedThoughItsWorkloadGoesOn() {
    MemoryLogs kept = new MemoryLogs();
    goesOn("w1", 150, kept);
    List<AttemptId> gone = List.of(new AttemptId("w1", 7), new AttemptId("w1", 8));
    write(tx -> tx.workloads().removeAttempts(gone)); // And then the power went.
    sweep(NOW, kept);
    assertThat(numbers("w1")).hasSize(148);
    assertThat(logged(kept, "w1")).isEqualTo(numbers("w1"));
  }

  @Test
  void tokensThatOpenNothingAnyMoreAreForgottenWithTheWorkloadsOfTheirTime() {
    token("good", null);
    token("expired", NOW.plusSeconds(1));
    token("revoked", null);
    write(tx -> tx.tokens().revoke("revoked", NOW.plusSeconds(1)));
    sweep(NOW.plus(Duration.ofDays(1)));
    assertThat(count()).isEqualTo(3);
    sweep(NOW.plus(Duration.ofDays(1)).plusSeconds(5));
    assertThat(count()).isEqualTo(1);
  }

  /** A workload that goes on, and has a log of each of its attempts. */
  private void goesOn(String id, int attempts, MemoryLogs kept) {
    Workload workload = Rows.workload(id, Rows.spec(null), WorkloadState.RUNNING, 0);
    write(
        tx -> {
          tx.workloads().insert(Rows.at(workload, attempts, attempts), ended(workload, 1));
          for (int number = 2; number <= attempts; number++) {
            tx.workloads().insertAttempt(ended(workload, number));
          }
        });
    for (int number = 1; number <= attempts; number++) {
      kept.open(new AttemptId(id, number)).append(new byte[] {1}, 1, 1);
    }
  }

  private static Attempt ended(Workload workload, int number) {
    return Rows.attempt(new AttemptId(workload.id(), number), workload)
        .ended(Outcomes.vanished(), NOW.plusSeconds(number));
  }

  private List<Integer> numbers(String workload) {
    return store.read(tx -> tx.workloads().attemptNumbers(workload));
  }

  private static List<Integer> logged(MemoryLogs kept, String workload) {
    return kept.attempts(workload).stream().map(AttemptId::number).sorted().toList();
  }

  private void sweep(Instant at) {
    sweep(at, new MemoryLogs());
  }

  private void sweep(Instant at, MemoryLogs kept) {
    Logs logs = new Logs(kept, new Changes(), 1000);
    new Retention(store, logs, () -> at, Duration.ofDays(1), Duration.ofDays(9)).sweep();
  }

  private long count() {
    return store.read(tx -> tx.tokens().count());
  }

  private void token(String id, @org.jspecify.annotations.Nullable Instant expiresAt) {
    Token token =
        new Token(id, "default", id, Set.of(Role.RUNNER), Set.of(), NOW, expiresAt, null, null);
    write(tx -> tx.tokens().insert(token, id.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  private void write(Consumer<Tx> work) {
    var _ =
        store.write(
            tx -> {
              work.accept(tx);
              return true;
            });
  }
}
