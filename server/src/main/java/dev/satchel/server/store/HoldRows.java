package dev.satchel.server.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.HoldStore;
import dev.satchel.core.volume.VolumeName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Holds as rows. */
final class HoldRows implements HoldStore {
  private static final String BUNDLE = "bundle";
  private static final String CREDENTIAL = "credential";
  private static final String VOLUME = "volume";
  private static final String APPLICATION = "application";
  private static final String COLLECTION = "collection";

  private final Sql sql;

  HoldRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public void hold(String workspace, Collection<BundleName> names, String workloadId) {
    hold(workspace, BUNDLE, names.stream().map(BundleName::value).toList(), workloadId);
  }

  @Override
  public void hold(String workspace, CredentialName name, String workloadId) {
    hold(workspace, CREDENTIAL, List.of(name.value()), workloadId);
  }

  @Override
  public void hold(String workspace, VolumeName name, String workloadId) {
    hold(workspace, VOLUME, List.of(name.value()), workloadId);
  }

  @Override
  public List<String> holders(String workspace, VolumeName name, int limit) {
    return holders(workspace, VOLUME, name.value(), limit);
  }

  @Override
  public void hold(String workspace, ApplicationId application, String workloadId) {
    hold(workspace, APPLICATION, List.of(application.value()), workloadId);
  }

  @Override
  public void hold(String workspace, CollectionName name, String workloadId) {
    hold(workspace, COLLECTION, List.of(name.toString()), workloadId);
  }

  private void hold(String workspace, String kind, List<String> names, String workloadId) {
    List<Object[]> rows = new ArrayList<>();
    for (String name : names) {
      rows.add(new Object[] {workspace, kind, name, workloadId});
    }
    sql.runEach(
        """
        INSERT INTO holds (workspace, kind, name, workload_id)
        VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        rows);
  }

  @Override
  public List<String> holders(String workspace, BundleName name, int limit) {
    return holders(workspace, BUNDLE, name.value(), limit);
  }

  @Override
  public List<String> holders(String workspace, CredentialName name, int limit) {
    return holders(workspace, CREDENTIAL, name.value(), limit);
  }

  /** Names of collections begin with their application's id and a slash, behind which comes "0". */
  @Override
  public List<String> holders(String workspace, ApplicationId application, int limit) {
    return sql.list(
        """
        SELECT DISTINCT workload_id FROM holds
        WHERE workspace = ? AND (kind = 'application' AND name = ?
          OR kind = 'collection' AND name > ? AND name < ?)
        ORDER BY workload_id LIMIT ?
        """,
        row -> row.getString(1),
        workspace,
        application.value(),
        application + "/",
        application + "0",
        limit);
  }

  @Override
  public List<String> holders(String workspace, CollectionName name, int limit) {
    return holders(workspace, COLLECTION, name.toString(), limit);
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
  public boolean holds(String workspace, CredentialName name, String workloadId) {
    return sql.first(
            """
            SELECT 1 FROM holds
            WHERE workspace = ? AND kind = ? AND name = ? AND workload_id = ?
            """,
            row -> row.getInt(1),
            workspace,
            CREDENTIAL,
            name.value(),
            workloadId)
        .isPresent();
  }

  @Override
  public void release(String workloadId) {
    sql.run("DELETE FROM holds WHERE workload_id = ?", workloadId);
  }
}
