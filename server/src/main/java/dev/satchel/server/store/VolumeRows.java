package dev.satchel.server.store;

import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.StorePlace;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeData;
import dev.satchel.core.volume.VolumeHome;
import dev.satchel.core.volume.VolumeLease;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.VolumeStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Volumes and their mounts as rows. */
final class VolumeRows implements VolumeStore {
  private static final String SELECT =
      """
      SELECT id, workspace, name, backend, size_gb, mount_path_default, geolocation, machine_id,
        created_at, updated_at, lease_s, lease_expires_at, store,
        store_endpoint
      FROM volumes
      """;

  private static final String SELECT_DELETED =
      """
      SELECT id, workspace, name, backend, size_gb, mount_path_default, geolocation, machine_id,
        created_at, updated_at, NULL, NULL, store,
        store_endpoint
      FROM deleted_volumes
      """;

  private final Sql sql;

  VolumeRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public Optional<Volume> find(String workspace, VolumeName name) {
    return sql.first(
        SELECT + "WHERE workspace = ? AND name = ?", row -> volume(row), workspace, name.value());
  }

  @Override
  public void insert(Volume volume) {
    sql.run(
        """
        INSERT INTO volumes (id, workspace, name, backend, size_gb, mount_path_default,
          geolocation, machine_id, created_at, updated_at, lease_s, lease_expires_at,
          store, store_endpoint)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        volume.id(),
        volume.workspace(),
        volume.name().value(),
        volume.backend().word(),
        volume.sizeGb(),
        volume.mountPathDefault(),
        SpecJson.writeList(volume.geolocation()),
        volume.machineId(),
        Times.micros(volume.createdAt()),
        Times.micros(volume.updatedAt()),
        volume.lease() == null ? null : volume.lease().seconds(),
        volume.lease() == null ? null : Times.micros(volume.lease().expiresAt()),
        volume.store().name(),
        volume.store().endpoint());
  }

  @Override
  public void lease(Volume volume) {
    sql.run(
        "UPDATE volumes SET lease_expires_at = ? WHERE id = ?",
        volume.lease() == null ? null : Times.micros(volume.lease().expiresAt()),
        volume.id());
  }

  @Override
  public List<Volume> expired(Instant now, String after, int limit) {
    return sql.list(
        SELECT
            + """
            WHERE lease_expires_at <= ? AND id > ? AND NOT EXISTS (
              SELECT 1 FROM holds WHERE holds.workspace = volumes.workspace
                AND holds.kind = 'volume' AND holds.name = volumes.name)
            ORDER BY id LIMIT ?
            """,
        row -> volume(row),
        Times.micros(now),
        after,
        limit);
  }

  @Override
  public void leaseAllFrom(Instant now) {
    sql.run(
        """
        UPDATE volumes SET lease_expires_at = ? + lease_s * 1000000
        WHERE lease_expires_at IS NOT NULL
        """,
        Times.micros(now));
  }

  @Override
  public void remember(Volume deleted) {
    sql.run(
        """
        INSERT INTO deleted_volumes (id, workspace, name, backend, size_gb, mount_path_default,
          geolocation, machine_id, created_at, updated_at, store,
          store_endpoint)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        deleted.id(),
        deleted.workspace(),
        deleted.name().value(),
        deleted.backend().word(),
        deleted.sizeGb(),
        deleted.mountPathDefault(),
        SpecJson.writeList(deleted.geolocation()),
        deleted.machineId(),
        Times.micros(deleted.createdAt()),
        Times.micros(deleted.updatedAt()),
        deleted.store().name(),
        deleted.store().endpoint());
  }

  @Override
  public Optional<Volume> findDeleted(String workspace, VolumeName name) {
    return sql.first(
        SELECT_DELETED + "WHERE workspace = ? AND name = ? ORDER BY created_at DESC LIMIT 1",
        row -> volume(row),
        workspace,
        name.value());
  }

  @Override
  public List<VolumeData> remembered(String after, int limit) {
    return sql.list(
        "SELECT id, store, store_endpoint, workspace, machine_id FROM deleted_volumes"
            + " WHERE id > ? ORDER BY id LIMIT ?",
        row ->
            new VolumeData(
                row.getString(1),
                new StorePlace(row.getString(2), row.getString(3)),
                home(row.getString(4), row.getString(5))),
        after,
        limit);
  }

  private static @Nullable VolumeHome home(String workspace, @Nullable String machine) {
    return machine == null ? null : new VolumeHome(workspace, machine);
  }

  @Override
  public void forget(String volumeId) {
    sql.run("DELETE FROM deleted_volumes WHERE id = ?", volumeId);
  }

  @Override
  public void forgetOn(String workspace, String machine) {
    sql.run(
        "DELETE FROM deleted_volumes WHERE workspace = ? AND machine_id = ?", workspace, machine);
  }

  @Override
  public void bind(Volume volume) {
    sql.run(
        "UPDATE volumes SET machine_id = ?, updated_at = ? WHERE id = ?",
        volume.machineId(),
        Times.micros(volume.updatedAt()),
        volume.id());
  }

  @Override
  public void delete(String volumeId) {
    sql.run("DELETE FROM volumes WHERE id = ?", volumeId);
  }

  @Override
  public List<Volume> list(String workspace, String after, int limit) {
    return sql.list(
        SELECT + "WHERE workspace = ? AND name > ? ORDER BY name LIMIT ?",
        row -> volume(row),
        workspace,
        after,
        limit);
  }

  @Override
  public int count(String workspace) {
    return sql.first(
            "SELECT count(*) FROM volumes WHERE workspace = ?", row -> row.getInt(1), workspace)
        .orElse(0);
  }

  @Override
  public void attach(String volumeId, String workloadId, int attempt) {
    sql.run(
        """
        INSERT INTO volume_attachments (volume_id, workload_id, attempt)
        VALUES (?, ?, ?) ON CONFLICT DO NOTHING
        """,
        volumeId,
        workloadId,
        attempt);
  }

  @Override
  public List<String> attachedToOthers(String volumeId, String workloadId) {
    return sql.list(
        """
        SELECT DISTINCT workload_id FROM volume_attachments
        WHERE volume_id = ? AND workload_id <> ? ORDER BY workload_id
        """,
        row -> row.getString(1),
        volumeId,
        workloadId);
  }

  @Override
  public List<String> attachedTo(String workloadId, int attempt) {
    return sql.list(
        """
        SELECT volume_id FROM volume_attachments
        WHERE workload_id = ? AND attempt = ? ORDER BY volume_id
        """,
        row -> row.getString(1),
        workloadId,
        attempt);
  }

  @Override
  public void detach(String workloadId, int attempt) {
    sql.run(
        "DELETE FROM volume_attachments WHERE workload_id = ? AND attempt = ?",
        workloadId,
        attempt);
  }

  @Override
  public boolean needs(String volumeId) {
    return sql.first(
            """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM volumes WHERE id = ?)
              OR EXISTS (SELECT 1 FROM volume_attachments WHERE volume_id = ?)
            """,
            row -> row.getInt(1),
            volumeId,
            volumeId)
        .isPresent();
  }

  private static Volume volume(ResultSet row) throws SQLException {
    int size = row.getInt(5);
    @Nullable Integer sizeGb = row.wasNull() ? null : size;
    int leaseS = row.getInt(11);
    @Nullable Instant expiresAt = Times.instantOrNull(row, 12);
    return new Volume(
        row.getString(1),
        row.getString(2),
        new VolumeName(row.getString(3)),
        Backend.of("backend", row.getString(4)),
        sizeGb,
        row.getString(6),
        SpecJson.readList(row.getString(7)),
        row.getString(8),
        Times.instant(row, 9),
        Times.instant(row, 10),
        expiresAt == null ? null : new VolumeLease(leaseS, expiresAt),
        new StorePlace(row.getString(13), row.getString(14)));
  }
}
