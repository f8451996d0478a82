package dev.satchel.core.workload;

import java.time.Instant;
import java.util.Optional;

/**
 * Keeps which request made which attempt, so that the same request sent again makes nothing more.
 */
public interface IdempotencyKeys {
  /** What a key stands for: the hash of the request's body, and the attempt it made. */
  record Answered(byte[] bodyHash, AttemptId attempt) {}

  Optional<Answered> find(String workspace, String key);

  void insert(String workspace, String key, Answered answered, Instant at);

  /** Forgets keys that are older than this. */
  void removeBefore(Instant time);
}
