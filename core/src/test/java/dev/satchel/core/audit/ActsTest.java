package dev.satchel.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.store.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is recorded of acts that are refused. */
final class ActsTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  private final MemoryStore store = new MemoryStore();
  private final Acts acts = new Acts(store);

  @Test
  void aRefusalIsRecordedOnceHoweverManySeeItPass() {
    assertThatThrownBy(
            () ->
                acts.recorded(
                    NOW,
                    actor("t1"),
                    "outer",
                    "",
                    () ->
                        acts.run(
                            NOW,
                            actor("t1"),
                            "inner",
                            "db",
                            tx -> {
                              tx.audit().append(AuditRow.ok(NOW, actor("t1"), "inner", "db"));
                              throw new RefusedException(Reason.FORBIDDEN, "No.");
                            })))
        .isInstanceOf(RefusedException.class);
    assertThat(rows()).containsExactly("inner db FORBIDDEN ");
  }

  @Test
  void aRefusalBeforeTheUnitOfWorkNamesTheSecret() {
    refuse("t1", NOW, new RefusedException(Reason.SECRET_MISSING, "No.").with("name", "hf"));
    assertThat(rows()).containsExactly("act subject SECRET_MISSING secret hf");
  }

  @Test
  void whatTheStoreRefusesForItselfIsNoRefusalOfTheAct() {
    refuse("t1", NOW, new RefusedException(Reason.STORE_FULL, "No."));
    refuse("t1", NOW, new RefusedException(Reason.STORE_BUSY, "No."));
    refuse("t1", NOW, new RefusedException(Reason.STORE_FAILED, "No."));
    assertThat(rows()).isEmpty();
  }

  @Test
  void aFloodOfRefusalsIsCountedAndTheNextRowSaysHowMany() {
    for (int i = 0; i < RefusalLimit.AT_ONCE + 1000; i++) {
      refuse("t1", NOW.plusMillis(i / 100), new RefusedException(Reason.FORBIDDEN, "No."));
    }
    assertThat(rows()).hasSize(RefusalLimit.AT_ONCE);
    refuse("t2", NOW.plusMillis(20), new RefusedException(Reason.FORBIDDEN, "No."));
    assertThat(rows()).as("another token has a limit of its own").hasSize(601);
    Instant later = NOW.plus(Duration.ofSeconds(2));
    for (int i = 0; i < 10; i++) {
      refuse("t1", later, new RefusedException(Reason.FORBIDDEN, "No."));
    }
    assertThat(rows()).hasSize(603);
    assertThat(rows().get(601)).endsWith("1000 refusals before it have no row");
    assertThat(rows().get(602)).endsWith("FORBIDDEN ");
  }

  private void refuse(String token, Instant at, RefusedException refusal) {
    assertThatThrownBy(
            () ->
                acts.recorded(
                    at,
                    actor(token),
                    "act",
                    "subject",
                    () -> {
                      throw refusal;
                    }))
        .isSameAs(refusal);
  }

  private List<String> rows() {
    return store.audited().stream()
        .map(row -> row.action() + " " + row.subject() + " " + row.outcome() + " " + row.detail())
        .toList();
  }

  private static Actor actor(String token) {
    return new Actor("default", token, token, Set.of(Role.WRITER), Set.of(), "test");
  }
}
