package dev.satchel.server.store;

import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.HoldStore;
import java.util.Collection;
import java.util.List;

/** Holds as rows. */
final class HoldRows implements HoldStore {
  private static final String BUNDLE = "bundle";
  private static final String CREDENTIAL = "credential";

  private final Sql sql;

  HoldRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public void hold(String workspace, Collection<BundleName> names, String workloadId) {
    names.forEach(name -> hold(workspace, BUNDLE, name.value(), workloadId));
  }

  @Override
  public void hold(String workspace, CredentialName name, String workloadId) {
    hold(workspace, CREDENTIAL, name.value(), workloadId);
  }

  private void hold(String workspace, String kind, String name, String workloadId) {
    sql.run(
        """
        INSERT INTO holds (workspace, kind, name, workload_id)
        VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        workspace,
        kind,
        name,
        workloadId);
  }

  @Override
  public List<String> holders(String workspace, BundleName name, int limit) {
    return holders(workspace, BUNDLE, name.value(), limit);
  }

  @Override
  public List<String> holders(String workspace, CredentialName name, int limit) {
    return holders(workspace, CREDENTIAL, name.value(), limit);
  }

  private List<String> holders(String workspace, String kind, String name, int limit) {
    return sql.list(
        """
        SELECT workload_id FROM holds
        WHERE workspace = ? AND kind = ? AND name = ?
        ORDER BY workload_id LIMIT ?
        """,
        row -> row.getString(1),
        workspace,
        kind,
        name,
        limit);
  }

  @Override
  public void release(String workloadId) {
    sql.run("DELETE FROM holds WHERE workload_id = ?", workloadId);
  }
}
