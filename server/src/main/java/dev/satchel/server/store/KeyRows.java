package dev.satchel.server.store;

import dev.satchel.core.secret.KeyRow;
import dev.satchel.core.secret.KeyStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Wrapped data keys as rows. */
final class KeyRows implements KeyStore {
  private final Sql sql;
  private @Nullable String activeId; // Null until asked; kept where this is of one unit of work.

  KeyRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public List<KeyRow> all() {
    return sql.list(
        "SELECT id, master_id, wrapped, active, created_at FROM key_ring ORDER BY id",
        row ->
            new KeyRow(
                row.getString(1),
                row.getString(2),
                row.getBytes(3),
                row.getInt(4) == 1,
                Times.instant(row, 5)));
  }

  @Override
  public String activeId() {
    String id = activeId;
    if (id == null || !sql.dialect().isRemote()) {
      id =
          sql.first("SELECT id FROM key_ring WHERE active = 1", row -> row.getString(1))
              .orElseThrow();
      activeId = id;
    }
    return id;
  }

  @Override
  public void insert(KeyRow row) {
    activeId = null;
    sql.run(
        """
            INSERT INTO key_ring (id, master_id, wrapped, active, created_at)
            VALUES (?, ?, ?, ?, ?)
            """,
        row.id(),
        row.masterId(),
        row.wrapped(),
        row.active() ? 1 : 0,
        Times.micros(row.createdAt()));
  }
}
