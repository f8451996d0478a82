package dev.satchel.server.store;

import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.HoldStore;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Holds as rows. */
final class HoldRows implements HoldStore {
  private final Handle handle;

  HoldRows(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void hold(String workspace, Collection<BundleName> names, String workloadId) {
    for (BundleName name : names) {
      handle
          .createUpdate(
              """
              INSERT INTO holds (workspace, kind, name, workload_id)
              VALUES (:workspace, 'bundle', :name, :workload) ON CONFLICT DO NOTHING
              """)
          .bind("workspace", workspace)
          .bind("name", name.value())
          .bind("workload", workloadId)
          .execute();
    }
  }

  @Override
  public List<String> holders(String workspace, BundleName name, int limit) {
    return handle
        .createQuery(
            """
            SELECT workload_id FROM holds
            WHERE workspace = :workspace AND kind = 'bundle' AND name = :name
            ORDER BY workload_id LIMIT :limit
            """)
        .bind("workspace", workspace)
        .bind("name", name.value())
        .bind("limit", limit)
        .mapTo(String.class)
        .list();
  }

  @Override
  public void release(String workloadId) {
    handle
        .createUpdate("DELETE FROM holds WHERE workload_id = :workload")
        .bind("workload", workloadId)
        .execute();
  }
}
