package dev.satchel.server.store;

import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.HoldStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Holds as rows. */
final class HoldRows implements HoldStore {
  private final Sql sql;

  HoldRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public void hold(String workspace, Collection<BundleName> names, String workloadId) {
    List<Object[]> rows = new ArrayList<>();
    for (BundleName name : names) {
      rows.add(new Object[] {workspace, name.value(), workloadId});
    }
    sql.runEach(
        """
        INSERT INTO holds (workspace, kind, name, workload_id)
        VALUES (?, 'bundle', ?, ?) ON CONFLICT DO NOTHING
        """,
        rows);
  }

  @Override
  public List<String> holders(String workspace, BundleName name, int limit) {
    return sql.list(
        """
            SELECT workload_id FROM holds
            WHERE workspace = ? AND kind = 'bundle' AND name = ?
            ORDER BY workload_id LIMIT ?
            """,
        row -> row.getString(1),
        workspace,
        name.value(),
        limit);
  }

  @Override
  public void release(String workloadId) {
    sql.run("DELETE FROM holds WHERE workload_id = ?", workloadId);
  }
}
