package dev.satchel.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.store.MemoryStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How tokens are made and end. */
final class TokensTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  private static final Actor ADMIN =
      new Actor(Tokens.DEFAULT_WORKSPACE, "t", "tester", Set.of(Role.ADMIN), Set.of(), "test");

  private final MemoryStore store = new MemoryStore();
  private final Tokens tokens =
      new Tokens(store, new BouncyCastleSealer(), InstantSource.fixed(NOW));

  @Test
  void theFirstTokenIsKeptBeforeItOpensAnything() {
    List<String> kept = new ArrayList<>();
    tokens.createFirst(
        secret -> {
          assertThat(count()).as("a crash now must leave no token that nobody has").isZero();
          kept.add(secret);
        });
    assertThat(kept).hasSize(1);
    assertThat(tokens.authenticate(kept.getFirst(), "").isAdmin()).isTrue();
  }

  @Test
  void aStartThatDiedBeforeTheTokenWasOneIsMadeUpForByTheNext() {
    assertThatThrownBy(
            () ->
                tokens.createFirst(
                    _ -> {
                      throw new IllegalStateException("the server dies here");
                    }))
        .hasMessage("the server dies here");
    assertThat(count()).isZero();
    List<String> kept = new ArrayList<>();
    assertThat(tokens.createFirst(kept::add)).isPresent();
    assertThat(tokens.createFirst(kept::add)).as("only the first is made so").isEmpty();
    assertThat(kept).hasSize(1);
    assertThat(tokens.authenticate(kept.getFirst(), "").tokenName()).isEqualTo("admin");
  }

  @Test
  void theLastAdminTokenThatOpensIsNotRevoked() {
    Token first = tokens.createFirst(_ -> {}).orElseThrow();
    Token runner = make("ci", Role.RUNNER, null);
    Token expired = make("brief", Role.ADMIN, NOW.plusSeconds(60));
    Tokens later =
        new Tokens(store, new BouncyCastleSealer(), InstantSource.fixed(NOW.plusSeconds(61)));
    assertLast(() -> later.revoke(ADMIN, first.id()));
    assertThat(later.revoke(ADMIN, runner.id()).name()).isEqualTo("ci");
    assertThat(later.revoke(ADMIN, expired.id()).name()).as("it opens nothing").isEqualTo("brief");
    Token second = make("second", Role.ADMIN, null);
    assertThat(later.revoke(ADMIN, first.id()).revokedAt()).isNotNull();
    assertLast(() -> later.revoke(ADMIN, second.id()));
  }

  @Test
  void oneThatExpiresIsNoOther() {
    Token first = tokens.createFirst(_ -> {}).orElseThrow();
    Token brief = make("brief", Role.ADMIN, NOW.plusSeconds(60));
    assertLast(() -> tokens.revoke(ADMIN, first.id()));
    assertThat(tokens.revoke(ADMIN, brief.id()).revokedAt()).isNotNull();
  }

  @Test
  void ofTwoAdminsThatRevokeEachOtherAtOnceOneStays() throws Exception {
    for (int round = 0; round < 50; round++) {
      MemoryStore fresh = new MemoryStore();
      Tokens racing = new Tokens(fresh, new BouncyCastleSealer(), InstantSource.fixed(NOW));
      Token one = racing.createFirst(_ -> {}).orElseThrow();
      Token two = racing.create(ADMIN, "two", Set.of(Role.ADMIN), Set.of(), null).token();
      try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Token>> both =
            executor.invokeAll(
                List.of(
                    () -> racing.revoke(ADMIN, one.id()), () -> racing.revoke(ADMIN, two.id())));
        assertThat(both).filteredOn(f -> f.state() == Future.State.SUCCESS).hasSize(1);
      }
    }
  }

  private static void assertLast(ThrowableAssert.ThrowingCallable act) {
    assertThatThrownBy(act)
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.LAST_ADMIN_TOKEN);
              assertThat(refused.detail()).contains("satchel token create");
            });
  }

  private Token make(String name, Role role, @Nullable Instant expiresAt) {
    return tokens.create(ADMIN, name, Set.of(role), Set.of(), expiresAt).token();
  }

  private long count() {
    return store.read(tx -> tx.tokens().count());
  }
}
