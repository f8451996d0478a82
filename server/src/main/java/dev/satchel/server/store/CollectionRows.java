package dev.satchel.server.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.CollectionStore;
import dev.satchel.core.application.PartId;
import dev.satchel.core.application.SecretsCollection;
import dev.satchel.core.secret.SealedEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Collections and their boxes as rows: bundles of that kind. */
final class CollectionRows implements CollectionStore {
  private static final String COLUMNS =
      "id, workspace, application, name, title, description, revision, created_at, updated_at";

  private final Sql sql;

  CollectionRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public Optional<SecretsCollection> find(String workspace, CollectionName name) {
    return sql.first(
        "SELECT "
            + COLUMNS
            + " FROM bundles WHERE workspace = ? AND application = ? AND name = ? AND kind = 'collection'",
        row -> collection(row),
        workspace,
        name.application().value(),
        name.id().value());
  }

  @Override
  public List<SealedEntry> entries(String bundleId) {
    return sql.list(
        """
        SELECT e.type, e.location, e.box
        FROM bundle_entries e JOIN bundles b ON b.id = e.bundle_id
        WHERE b.id = ? AND b.kind = 'collection' ORDER BY e.type, e.location
        """,
        row -> BundleRows.entry(row),
        bundleId);
  }

  @Override
  public void insert(SecretsCollection it, List<SealedEntry> entries) {
    sql.run(
        "INSERT INTO bundles (kind, "
            + COLUMNS
            + ") VALUES ('collection', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        it.bundleId(),
        it.workspace(),
        it.name().application().value(),
        it.name().id().value(),
        it.title(),
        it.description(),
        it.revision(),
        Times.micros(it.createdAt()),
        Times.micros(it.updatedAt()));
    BundleRows.insertEntries(sql, it.bundleId(), entries);
  }

  @Override
  public void replace(SecretsCollection it, List<SealedEntry> entries) {
    describe(it);
    sql.run(
        "UPDATE bundles SET revision = ? WHERE id = ? AND kind = 'collection'",
        it.revision(),
        it.bundleId());
    sql.run("DELETE FROM bundle_entries WHERE bundle_id = ?", it.bundleId());
    BundleRows.insertEntries(sql, it.bundleId(), entries);
  }

  @Override
  public void describe(SecretsCollection it) {
    sql.run(
        """
        UPDATE bundles SET title = ?, description = ?, updated_at = ?
        WHERE id = ? AND kind = 'collection'
        """,
        it.title(),
        it.description(),
        Times.micros(it.updatedAt()),
        it.bundleId());
  }

  @Override
  public void delete(String bundleId) {
    sql.run("DELETE FROM bundles WHERE id = ? AND kind = 'collection'", bundleId);
  }

  @Override
  public void deleteAll(String workspace, ApplicationId application) {
    sql.run(
        "DELETE FROM bundles WHERE workspace = ? AND application = ? AND kind = 'collection'",
        workspace,
        application.value());
  }

  @Override
  public List<SecretsCollection> list(
      String workspace, ApplicationId application, String after, int limit) {
    return sql.list(
        "SELECT "
            + COLUMNS
            + " FROM bundles WHERE workspace = ? AND application = ? AND kind = 'collection'"
            + " AND name > ? ORDER BY name LIMIT ?",
        row -> collection(row),
        workspace,
        application.value(),
        after,
        limit);
  }

  @Override
  public int count(String workspace, ApplicationId application) {
    return sql.first(
            """
            SELECT count(*) FROM bundles
            WHERE workspace = ? AND application = ? AND kind = 'collection'
            """,
            row -> row.getInt(1),
            workspace,
            application.value())
        .orElseThrow();
  }

  private static SecretsCollection collection(ResultSet row) throws SQLException {
    return new SecretsCollection(
        row.getString(1),
        row.getString(2),
        new CollectionName(new ApplicationId(row.getString(3)), new PartId(row.getString(4))),
        row.getString(5),
        row.getString(6),
        row.getLong(7),
        Times.instant(row, 8),
        Times.instant(row, 9));
  }
}
