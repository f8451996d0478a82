package dev.satchel.server.store;

import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.BundleStore;
import dev.satchel.core.secret.BundleSummary;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.SealedEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Bundles and their boxes as rows. */
final class BundleRows implements BundleStore {
  private final Handle handle;

  BundleRows(Handle handle) {
    this.handle = handle;
  }

  @Override
  public Optional<Bundle> find(String workspace, BundleName name) {
    return handle
        .createQuery(
            """
            SELECT id, workspace, name, revision, created_at, updated_at
            FROM bundles WHERE workspace = :workspace AND name = :name AND kind = 'plain'
            """)
        .bind("workspace", workspace)
        .bind("name", name.value())
        .map((row, context) -> bundle(row))
        .findFirst();
  }

  @Override
  public List<SealedEntry> entries(String bundleId) {
    return handle
        .createQuery(
            """
            SELECT type, location, box FROM bundle_entries
            WHERE bundle_id = :id ORDER BY type, location
            """)
        .bind("id", bundleId)
        .map((row, context) -> new SealedEntry(place(row), row.getBytes(3)))
        .list();
  }

  @Override
  public List<Place> places(String bundleId) {
    return handle
        .createQuery(
            """
            SELECT type, location FROM bundle_entries
            WHERE bundle_id = :id ORDER BY type, location
            """)
        .bind("id", bundleId)
        .map((row, context) -> place(row))
        .list();
  }

  @Override
  public void insert(Bundle bundle, List<SealedEntry> entries) {
    handle
        .createUpdate(
            """
            INSERT INTO bundles (id, workspace, kind, name, revision, created_at, updated_at)
            VALUES (:id, :workspace, 'plain', :name, :revision, :created, :updated)
            """)
        .bind("id", bundle.id())
        .bind("workspace", bundle.workspace())
        .bind("name", bundle.name().value())
        .bind("revision", bundle.revision())
        .bind("created", Times.micros(bundle.createdAt()))
        .bind("updated", Times.micros(bundle.updatedAt()))
        .execute();
    insertEntries(bundle, entries);
  }

  @Override
  public void replace(Bundle bundle, List<SealedEntry> entries) {
    handle
        .createUpdate(
            "UPDATE bundles SET revision = :revision, updated_at = :updated WHERE id = :id")
        .bind("id", bundle.id())
        .bind("revision", bundle.revision())
        .bind("updated", Times.micros(bundle.updatedAt()))
        .execute();
    handle
        .createUpdate("DELETE FROM bundle_entries WHERE bundle_id = :id")
        .bind("id", bundle.id())
        .execute();
    insertEntries(bundle, entries);
  }

  @Override
  public void delete(String bundleId) {
    handle.createUpdate("DELETE FROM bundles WHERE id = :id").bind("id", bundleId).execute();
  }

  @Override
  public List<BundleSummary> list(String workspace, String after, int limit) {
    return handle
        .createQuery(
            """
            SELECT b.id, b.workspace, b.name, b.revision, b.created_at, b.updated_at, h.holds
            FROM bundles b LEFT JOIN (
              SELECT name, count(*) AS holds FROM holds
              WHERE workspace = :workspace AND kind = 'bundle' GROUP BY name) h ON h.name = b.name
            WHERE b.workspace = :workspace AND b.kind = 'plain' AND b.name > :after
            ORDER BY b.name LIMIT :limit
            """)
        .bind("workspace", workspace)
        .bind("after", after)
        .bind("limit", limit)
        .map((row, context) -> new BundleSummary(bundle(row), row.getInt(7)))
        .list();
  }

  @Override
  public List<BundleName> like(String workspace, BundleName name) {
    String lower = name.value().toLowerCase(Locale.ROOT);
    return handle
        .createQuery(
            """
            SELECT name FROM bundles
            WHERE workspace = :workspace AND kind = 'plain'
              AND (lower(name) LIKE :prefix ESCAPE '!' OR :lower LIKE lower(name) || '%')
            ORDER BY abs(length(name) - length(:lower)), name LIMIT 3
            """)
        .bind("workspace", workspace)
        .bind("lower", lower)
        .bind("prefix", lower.substring(0, Math.min(3, lower.length())).replace("_", "!_") + "%")
        .map((row, context) -> new BundleName(row.getString(1)))
        .list();
  }

  private void insertEntries(Bundle bundle, List<SealedEntry> entries) {
    try (PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO bundle_entries (bundle_id, type, location, box) VALUES (:id, :type, :location, :box)")) {
      for (SealedEntry entry : entries) {
        batch
            .bind("id", bundle.id())
            .bind("type", entry.place().type())
            .bind("location", entry.place().location())
            .bind("box", entry.box())
            .add();
      }
      batch.execute();
    }
  }

  private static Bundle bundle(ResultSet row) throws SQLException {
    return new Bundle(
        row.getString(1),
        row.getString(2),
        new BundleName(row.getString(3)),
        row.getLong(4),
        Times.instant(row, 5),
        Times.instant(row, 6));
  }

  private static Place place(ResultSet row) throws SQLException {
    String location = row.getString(2);
    return row.getString(1).equals("env") ? new Place.Env(location) : new Place.File(location);
  }
}
