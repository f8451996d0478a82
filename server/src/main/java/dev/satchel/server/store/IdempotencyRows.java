package dev.satchel.server.store;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.IdempotencyKeys;
import java.time.Instant;
import java.util.Optional;

/** Idempotency keys as rows. */
final class IdempotencyRows implements IdempotencyKeys {
  private final Sql sql;

  IdempotencyRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public Optional<Answered> find(String workspace, String key) {
    return sql.first(
        """
            SELECT body_hash, workload_id, number FROM idempotency_keys
            WHERE workspace = ? AND idempotency_key = ?
            """,
        row -> new Answered(row.getBytes(1), new AttemptId(row.getString(2), row.getInt(3))),
        workspace,
        key);
  }

  @Override
  public void insert(String workspace, String key, Answered answered, Instant at) {
    sql.run(
        """
            INSERT INTO idempotency_keys
              (workspace, idempotency_key, body_hash, workload_id, number, created_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
        workspace,
        key,
        answered.bodyHash(),
        answered.attempt().workload(),
        answered.attempt().number(),
        Times.micros(at));
  }

  @Override
  public void removeBefore(Instant time) {
    sql.run("DELETE FROM idempotency_keys WHERE created_at < ?", Times.micros(time));
  }
}
