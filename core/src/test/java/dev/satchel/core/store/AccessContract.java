package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.access.Role;
import dev.satchel.core.access.Token;
import dev.satchel.core.secret.KeyRow;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.IdempotencyKeys.Answered;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every store keeps to about tokens, data keys and idempotency keys. */
interface AccessContract extends StoreHost {
  @Test
  default void aTokenComesBackAsItWasWritten() {
    Token full =
        new Token(
            "t1",
            WORKSPACE,
            "ci",
            Set.of(Role.RUNNER, Role.WRITER),
            Set.of("db", "hf-token"),
            NOW,
            NOW.plusSeconds(60),
            null,
            null);
    Token least = token(WORKSPACE, "t2", "admin");
    write(tx -> tx.tokens().insert(full, bytes("hash 1")));
    write(tx -> tx.tokens().insert(least, bytes("hash 2")));
    assertThat(one(tx -> tx.tokens().findByHash(bytes("hash 1")))).contains(full);
    assertThat(one(tx -> tx.tokens().find(WORKSPACE, "t2"))).contains(least);
    assertThat(one(tx -> tx.tokens().findByHash(bytes("hash 3")))).isEmpty();
    assertThat(one(tx -> tx.tokens().find(otherWorkspace(), "t1"))).isEmpty();
  }

  @Test
  default void aRevokedTokenIsFoundAndNotListedAndFreesItsName() {
    insert(token(WORKSPACE, "t1", "ci"), "hash 1");
    assertThat(taken(WORKSPACE)).isTrue();
    assertThat(taken(otherWorkspace())).isFalse();
    write(tx -> tx.tokens().revoke("t1", NOW.plusSeconds(5)));
    Token revoked = read(tx -> tx.tokens().findByHash(bytes("hash 1"))).orElseThrow();
    assertThat(revoked.revokedAt()).isEqualTo(NOW.plusSeconds(5));
    assertThat(revoked.opensAt(NOW)).isFalse();
    assertThat(names("", 10)).isEmpty();
    assertThat(taken(WORKSPACE)).isFalse();
    insert(token(WORKSPACE, "t2", "ci"), "hash 2");
    assertThat(names("", 10)).containsExactly("ci");
    assertThat(count()).as("revoked ones too").isEqualTo(2);
  }

  @Test
  default void aTokensNameAndHashAreItsOwn() {
    insert(token(WORKSPACE, "t1", "ci"), "hash 1");
    assertThatThrownBy(() -> insert(token(WORKSPACE, "t2", "ci"), "hash 2"))
        .isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> insert(token(WORKSPACE, "t3", "other"), "hash 1"))
        .isInstanceOf(RuntimeException.class);
    insert(token(otherWorkspace(), "t4", "ci"), "hash 4");
    assertThat(count()).isEqualTo(2);
  }

  @Test
  default void tokensAreListedByNameInPages() {
    for (String name : List.of("c", "a", "d", "b")) {
      insert(token(WORKSPACE, "id-" + name, name), "hash of " + name);
    }
    insert(token(otherWorkspace(), "x", "elsewhere"), "hash x");
    assertThat(names("", 2)).containsExactly("a", "b");
    assertThat(names("b", 2)).containsExactly("c", "d");
    assertThat(names("d", 2)).isEmpty();
  }

  @Test
  default void anExpiredTokenIsStillListedAndOpensNothing() {
    Instant expiry = NOW.plusSeconds(60);
    insert(expiring("t1", expiry), "hash 1");
    Token found = read(tx -> tx.tokens().list(WORKSPACE, "", 10)).getFirst();
    assertThat(found.expiresAt()).isEqualTo(expiry);
    assertThat(found.opensAt(expiry.minusNanos(1000))).isTrue();
    assertThat(found.opensAt(expiry)).isFalse();
  }

  @Test
  default void anotherTokenOfARoleIsOneThatOpensThen() {
    insert(token(WORKSPACE, "t1", "admin"), "hash 1");
    insert(token(otherWorkspace(), "t2", "admin"), "hash 2");
    insert(expiring("t3", null), "hash 3");
    assertThat(another("t1", NOW)).as("another workspace, another role").isFalse();
    assertThat(another("t3", NOW)).isTrue();
    insert(
        new Token(
            "t4",
            WORKSPACE,
            "brief",
            Set.of(Role.ADMIN, Role.WRITER),
            Set.of(),
            NOW,
            NOW.plusSeconds(60),
            null,
            null),
        "hash 4");
    assertThat(another("t1", NOW.plusSeconds(59))).isTrue();
    assertThat(another("t1", NOW.plusSeconds(60))).as("expired").isFalse();
    write(tx -> tx.tokens().revoke("t4", NOW));
    assertThat(another("t1", NOW)).as("revoked").isFalse();
  }

  private boolean another(String besidesId, Instant at) {
    return read(tx -> tx.tokens().another(WORKSPACE, Role.ADMIN, besidesId, at));
  }

  @Test
  default void tokensThatEndedLongAgoAreForgottenInSteps() {
    insert(token(WORKSPACE, "good", "good"), "hash 1");
    insert(expiring("expired", NOW.plusSeconds(1)), "hash 2");
    insert(expiring("expiring", NOW.plusSeconds(60)), "hash 3");
    insert(token(otherWorkspace(), "revoked", "revoked"), "hash 4");
    insert(token(WORKSPACE, "late", "late"), "hash 5");
    write(tx -> tx.tokens().revoke("revoked", NOW));
    write(tx -> tx.tokens().revoke("late", NOW.plusSeconds(2)));
    assertThat(forget(NOW.plusSeconds(2), 1)).isEqualTo(1);
    assertThat(forget(NOW.plusSeconds(2), 10)).isEqualTo(1);
    assertThat(forget(NOW.plusSeconds(2), 10)).isZero();
    for (String id : List.of("good", "expiring", "late")) {
      assertThat(one(tx -> tx.tokens().find(WORKSPACE, id))).as(id).isPresent();
    }
    assertThat(count()).isEqualTo(3);
  }

  private int forget(Instant before, int limit) {
    return store().write(tx -> tx.tokens().removeEndedBefore(before, limit));
  }

  @Test
  default void theLastUseIsKept() {
    insert(token(WORKSPACE, "t1", "ci"), "hash 1");
    insert(token(WORKSPACE, "t2", "other"), "hash 2");
    write(tx -> tx.tokens().used("t1", NOW.plusSeconds(3)));
    assertThat(one(tx -> tx.tokens().find(WORKSPACE, "t1")).orElseThrow().lastUsedAt())
        .isEqualTo(NOW.plusSeconds(3));
    assertThat(one(tx -> tx.tokens().find(WORKSPACE, "t2")).orElseThrow().lastUsedAt()).isNull();
  }

  @Test
  default void dataKeysComeBackAsTheyWereWritten() {
    assertThat(many(tx -> tx.keys().all())).isEmpty();
    KeyRow retiring = new KeyRow("00000000000000ff", "aa", bytes("wrapped 1"), false, NOW);
    KeyRow active = new KeyRow("00000000000000aa", "aa", bytes("wrapped 2"), true, NOW);
    write(tx -> tx.keys().insert(retiring));
    write(tx -> tx.keys().insert(active));
    assertThat(many(tx -> tx.keys().all()))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactlyInAnyOrder(retiring, active);
    String activeId = read(tx -> tx.keys().activeId());
    assertThat(activeId).isEqualTo(active.id());
    assertThatThrownBy(() -> write(tx -> tx.keys().insert(active)))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  default void anIdempotencyKeyStandsForItsFirstAnswer() {
    Answered answer = new Answered(bytes("body hash"), new AttemptId("w1", 2));
    Answered other = new Answered(bytes("other"), new AttemptId("w2", 1));
    write(tx -> tx.idempotencyKeys().insert(WORKSPACE, "key", answer, NOW));
    write(tx -> tx.idempotencyKeys().insert(otherWorkspace(), "key", other, NOW));
    assertThatThrownBy(() -> write(tx -> tx.idempotencyKeys().insert(WORKSPACE, "key", other, NOW)))
        .isInstanceOf(RuntimeException.class);
    assertThat(one(tx -> tx.idempotencyKeys().find(WORKSPACE, "key")).orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(answer);
    assertThat(one(tx -> tx.idempotencyKeys().find(WORKSPACE, "KEY"))).isEmpty();
  }

  @Test
  default void oldIdempotencyKeysAreForgotten() {
    Answered answer = new Answered(bytes("body hash"), new AttemptId("w1", 1));
    write(tx -> tx.idempotencyKeys().insert(WORKSPACE, "old", answer, NOW));
    write(tx -> tx.idempotencyKeys().insert(WORKSPACE, "new", answer, NOW.plusSeconds(1)));
    write(tx -> tx.idempotencyKeys().removeBefore(NOW.plusSeconds(1)));
    assertThat(one(tx -> tx.idempotencyKeys().find(WORKSPACE, "old"))).isEmpty();
    assertThat(one(tx -> tx.idempotencyKeys().find(WORKSPACE, "new"))).isPresent();
  }

  private void insert(Token token, String hash) {
    write(tx -> tx.tokens().insert(token, bytes(hash)));
  }

  private boolean taken(String workspace) {
    return read(tx -> tx.tokens().nameTaken(workspace, "ci"));
  }

  private long count() {
    return read(tx -> tx.tokens().count());
  }

  private List<String> names(String after, int limit) {
    return read(tx -> tx.tokens().list(WORKSPACE, after, limit)).stream().map(Token::name).toList();
  }

  private static Token token(String workspace, String id, String name) {
    return new Token(id, workspace, name, Set.of(Role.ADMIN), Set.of(), NOW, null, null, null);
  }

  private static Token expiring(String id, @Nullable Instant expiresAt) {
    return new Token(id, WORKSPACE, id, Set.of(Role.AUDITOR), Set.of(), NOW, expiresAt, null, null);
  }
}
