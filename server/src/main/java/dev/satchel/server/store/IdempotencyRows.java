package dev.satchel.server.store;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.IdempotencyKeys;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Idempotency keys as rows. */
final class IdempotencyRows implements IdempotencyKeys {
  private final Handle handle;

  IdempotencyRows(Handle handle) {
    this.handle = handle;
  }

  @Override
  public Optional<Answered> find(String workspace, String key) {
    return handle
        .createQuery(
            """
            SELECT body_hash, workload_id, number FROM idempotency_keys
            WHERE workspace = :workspace AND idempotency_key = :key
            """)
        .bind("workspace", workspace)
        .bind("key", key)
        .map(
            (row, context) ->
                new Answered(row.getBytes(1), new AttemptId(row.getString(2), row.getInt(3))))
        .findFirst();
  }

  @Override
  public void insert(String workspace, String key, Answered answered, Instant at) {
    handle
        .createUpdate(
            """
            INSERT INTO idempotency_keys
              (workspace, idempotency_key, body_hash, workload_id, number, created_at)
            VALUES (:workspace, :key, :hash, :workload, :number, :created)
            """)
        .bind("workspace", workspace)
        .bind("key", key)
        .bind("hash", answered.bodyHash())
        .bind("workload", answered.attempt().workload())
        .bind("number", answered.attempt().number())
        .bind("created", Times.micros(at))
        .execute();
  }

  @Override
  public void removeBefore(Instant time) {
    handle
        .createUpdate("DELETE FROM idempotency_keys WHERE created_at < :time")
        .bind("time", Times.micros(time))
        .execute();
  }
}
