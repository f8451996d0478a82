package dev.satchel.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.store.MemoryStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How tokens are made and end. */
final class TokensTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

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

  private long count() {
    return store.read(tx -> tx.tokens().count());
  }
}
