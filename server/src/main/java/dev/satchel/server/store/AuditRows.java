package dev.satchel.server.store;

import dev.satchel.core.audit.AuditLog;
import dev.satchel.core.audit.AuditRow;
import org.jdbi.v3.core.Handle;

/** The audit as rows. */
final class AuditRows implements AuditLog {
  private final Handle handle;

  AuditRows(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void append(AuditRow row) {
    handle
        .createUpdate(
            """
            INSERT INTO audit (at, workspace, token_id, token_name, origin, action, subject, revision,
              outcome, detail)
            VALUES (:at, :workspace, :tokenId, :tokenName, :origin, :action, :subject, :revision,
              :outcome, :detail)
            """)
        .bind("at", Times.micros(row.at()))
        .bind("workspace", row.actor().workspace())
        .bind("tokenId", row.actor().tokenId())
        .bind("tokenName", row.actor().tokenName())
        .bind("origin", row.actor().from())
        .bind("action", row.action())
        .bind("subject", row.subject())
        .bind("revision", row.revision())
        .bind("outcome", row.outcome())
        .bind("detail", row.detail())
        .execute();
  }
}
