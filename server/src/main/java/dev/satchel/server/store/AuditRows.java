package dev.satchel.server.store;

import dev.satchel.core.audit.AuditLog;
import dev.satchel.core.audit.AuditRow;
import java.time.Instant;

/** The audit as rows. */
final class AuditRows implements AuditLog {
  private final Sql sql;

  AuditRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public void append(AuditRow row) {
    sql.run(
        """
            INSERT INTO audit (at, workspace, token_id, token_name, origin, action, subject, revision,
              outcome, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?,
              ?, ?)
            """,
        Times.micros(row.at()),
        row.actor().workspace(),
        row.actor().tokenId(),
        row.actor().tokenName(),
        row.actor().from(),
        row.action(),
        row.subject(),
        row.revision(),
        row.outcome(),
        row.detail());
  }

  /**
   * Looks at the oldest rows alone, which are those of the lowest ids: there is no index by time.
   */
  @Override
  public int removeBefore(Instant time, int limit) {
    return sql.change(
        """
        DELETE FROM audit
        WHERE at < ? AND id IN (SELECT id FROM audit ORDER BY id LIMIT ?)
        """,
        Times.micros(time),
        limit);
  }
}
