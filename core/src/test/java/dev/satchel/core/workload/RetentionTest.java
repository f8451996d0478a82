package dev.satchel.core.workload;

import static dev.satchel.core.store.Rows.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.access.Token;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.store.MemoryStore;
import dev.satchel.core.store.Tx;
import java.time.Duration;
import java.time.Instant;
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
    Logs logs = new Logs(kept, new Changes(), 1000);
    new Retention(store, logs, () -> NOW, Duration.ofDays(1), Duration.ofDays(9)).sweep();
    assertThat(kept.workloads("", 1000)).isEmpty();
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

  private void sweep(Instant at) {
    Logs logs = new Logs(new MemoryLogs(), new Changes(), 1000);
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
