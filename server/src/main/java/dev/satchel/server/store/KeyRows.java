package dev.satchel.server.store;

import dev.satchel.core.secret.KeyRow;
import dev.satchel.core.secret.KeyStore;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Wrapped data keys as rows. */
final class KeyRows implements KeyStore {
  private final Handle handle;

  KeyRows(Handle handle) {
    this.handle = handle;
  }

  @Override
  public List<KeyRow> all() {
    return handle
        .createQuery("SELECT id, master_id, wrapped, active, created_at FROM key_ring ORDER BY id")
        .map(
            (row, context) ->
                new KeyRow(
                    row.getString(1),
                    row.getString(2),
                    row.getBytes(3),
                    row.getInt(4) == 1,
                    Times.instant(row, 5)))
        .list();
  }

  @Override
  public String activeId() {
    return handle.createQuery("SELECT id FROM key_ring WHERE active = 1").mapTo(String.class).one();
  }

  @Override
  public void insert(KeyRow row) {
    handle
        .createUpdate(
            """
            INSERT INTO key_ring (id, master_id, wrapped, active, created_at)
            VALUES (:id, :master, :wrapped, :active, :created)
            """)
        .bind("id", row.id())
        .bind("master", row.masterId())
        .bind("wrapped", row.wrapped())
        .bind("active", row.active() ? 1 : 0)
        .bind("created", Times.micros(row.createdAt()))
        .execute();
  }
}
