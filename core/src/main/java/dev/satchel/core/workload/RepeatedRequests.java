package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.store.Tx;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers a request that is sent again, with its Idempotency-Key, as it was answered first. */
final class RepeatedRequests {
  private RepeatedRequests() {}

  /**
   * The first answer; empty where there was none, or there is no key.
   *
   * @throws RefusedException IDEMPOTENCY_KEY_REUSED where the key came with another request
   */
  static Optional<Workloads.Accepted> answer(Tx tx, Actor actor, @Nullable IdempotencyKey key) {
    if (key == null) {
      return Optional.empty();
    }
    return tx.idempotencyKeys()
        .find(actor.workspace(), scoped(actor, key))
        .map(
            before -> {
              if (!Arrays.equals(before.bodyHash(), key.bodyHash())) {
                throw new RefusedException(
                    Reason.IDEMPOTENCY_KEY_REUSED,
                    "This Idempotency-Key was sent with another request; use a new one for each request.");
              }
              return new Workloads.Accepted(before.attempt(), WorkloadState.QUEUED);
            });
  }

  /** A key is its token's own: what another token was answered with it is not this one's to see. */
  private static String scoped(Actor actor, IdempotencyKey key) {
    return actor.tokenId() + " " + key.value();
  }

  /** Keeps how a request was answered, where it has a key. */
  static void keep(
      Tx tx, Actor actor, @Nullable IdempotencyKey key, AttemptId attempt, Instant now) {
    if (key != null) {
      tx.idempotencyKeys()
          .insert(
              actor.workspace(),
              scoped(actor, key),
              new IdempotencyKeys.Answered(key.bodyHash(), attempt),
              now);
    }
  }
}
