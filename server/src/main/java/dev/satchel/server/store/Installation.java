package dev.satchel.server.store;

import java.time.Instant;

/** The one row that names an installation. */
final class Installation {
  private Installation() {}

  /** The id that a database has; this one, kept, where it has none yet. */
  static String id(Sql sql, String newId, Instant now) {
    sql.run(
        """
        INSERT INTO installation (id, created_at)
        SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM installation)
        """,
        newId,
        Times.micros(now));
    return sql.first("SELECT id FROM installation", row -> row.getString(1)).orElseThrow();
  }
}
