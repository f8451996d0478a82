package dev.satchel.server.store;

import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.BundleStore;
import dev.satchel.core.secret.BundleSummary;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.SealedEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Bundles and their boxes as rows. */
final class BundleRows implements BundleStore {
  private final Sql sql;

  BundleRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public Optional<Bundle> find(String workspace, BundleName name) {
    return sql.first(
        """
            SELECT id, name, revision, created_at, updated_at
            FROM bundles WHERE workspace = ? AND name = ? AND kind = 'plain'
            """,
        row -> bundle(workspace, row),
        workspace,
        name.value());
  }

  @Override
  public List<SealedEntry> entries(String bundleId) {
    return sql.list(
        """
            SELECT type, location, box FROM bundle_entries
            WHERE bundle_id = ? ORDER BY type, location
            """,
        row -> entry(row),
        bundleId);
  }

  @Override
  public List<Place> places(String bundleId) {
    return sql.list(
        """
            SELECT type, location FROM bundle_entries
            WHERE bundle_id = ? ORDER BY type, location
            """,
        row -> place(row),
        bundleId);
  }

  @Override
  public void insert(Bundle bundle, List<SealedEntry> entries) {
    sql.run(
        """
            INSERT INTO bundles (id, workspace, kind, name, revision, created_at, updated_at)
            VALUES (?, ?, 'plain', ?, ?, ?, ?)
            """,
        bundle.id(),
        bundle.workspace(),
        bundle.name().value(),
        bundle.revision(),
        Times.micros(bundle.createdAt()),
        Times.micros(bundle.updatedAt()));
    insertEntries(sql, bundle.id(), entries);
  }

  @Override
  public void replace(Bundle bundle, List<SealedEntry> entries) {
    sql.run(
        "UPDATE bundles SET revision = ?, updated_at = ? WHERE id = ?",
        bundle.revision(),
        Times.micros(bundle.updatedAt()),
        bundle.id());
    sql.run("DELETE FROM bundle_entries WHERE bundle_id = ?", bundle.id());
    insertEntries(sql, bundle.id(), entries);
  }

  @Override
  public void delete(String bundleId) {
    sql.run("DELETE FROM bundles WHERE id = ? AND kind = 'plain'", bundleId);
  }

  @Override
  public List<BundleSummary> list(String workspace, String after, int limit) {
    return sql.list(
        """
            SELECT b.id, b.name, b.revision, b.created_at, b.updated_at, h.holds
            FROM bundles b LEFT JOIN (
              SELECT name, count(*) AS holds FROM holds
              WHERE workspace = ? AND kind = 'bundle' GROUP BY name) h ON h.name = b.name
            WHERE b.workspace = ? AND b.kind = 'plain' AND b.name > ?
            ORDER BY b.name LIMIT ?
            """,
        row -> new BundleSummary(bundle(workspace, row), row.getInt(6)),
        workspace,
        workspace,
        after,
        limit);
  }

  @Override
  public List<BundleName> like(String workspace, BundleName name) {
    String lower = name.value().toLowerCase(Locale.ROOT);
    return sql.list(
        """
            SELECT name FROM bundles
            WHERE workspace = ? AND kind = 'plain'
              AND (lower(name) LIKE ? ESCAPE '!' OR ? LIKE lower(name) || '%')
            ORDER BY abs(length(name) - length(?)), name LIMIT 3
            """,
        row -> new BundleName(row.getString(1)),
        workspace,
        lower.substring(0, Math.min(3, lower.length())).replace("_", "!_") + "%",
        lower,
        lower);
  }

  /** Adds the boxes of a bundle of any kind. */
  static void insertEntries(Sql sql, String bundleId, List<SealedEntry> entries) {
    List<Object[]> rows = new ArrayList<>();
    for (SealedEntry entry : entries) {
      rows.add(
          new Object[] {bundleId, entry.place().type(), entry.place().location(), entry.box()});
    }
    sql.runEach(
        "INSERT INTO bundle_entries (bundle_id, type, location, box) VALUES (?, ?, ?, ?)", rows);
  }

  private static Bundle bundle(String workspace, ResultSet row) throws SQLException {
    return new Bundle(
        row.getString(1),
        workspace,
        new BundleName(row.getString(2)),
        row.getLong(3),
        Times.instant(row, 4),
        Times.instant(row, 5));
  }

  /** A box of a bundle of any kind, from type, location and box. */
  static SealedEntry entry(ResultSet row) throws SQLException {
    return new SealedEntry(place(row), row.getBytes(3));
  }

  private static Place place(ResultSet row) throws SQLException {
    String location = row.getString(2);
    return row.getString(1).equals("env") ? new Place.Env(location) : new Place.File(location);
  }
}
