package dev.satchel.server.store;

import dev.satchel.core.application.Application;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.ApplicationStore;
import dev.satchel.core.application.Executable;
import dev.satchel.core.application.InstanceStore;
import dev.satchel.core.application.PartStore;
import dev.satchel.core.application.Version;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Applications as rows, with the rows of their versions and instances. */
final class ApplicationRows implements ApplicationStore {
  static final String EXECUTABLE =
      "executable_id, executable_at, executable_by, executable_requirements, executable_digest";
  private static final String APPLICATION =
      EXECUTABLE
          + ", workspace, id, name, description, type, default_instance, default_experiment_instance,"
          + " created_at, updated_at";

  private final Sql sql;
  private final VersionRows versions;
  private final InstanceRows instances;

  ApplicationRows(Sql sql) {
    this.sql = sql;
    this.versions = new VersionRows(sql);
    this.instances = new InstanceRows(sql);
  }

  @Override
  public Optional<Application> find(String workspace, ApplicationId id) {
    return sql.first(
        sql.dialect()
            .held(
                "SELECT " + APPLICATION + " FROM applications a WHERE workspace = ? AND id = ?",
                "a"),
        row -> application(row),
        workspace,
        id.value());
  }

  @Override
  public void insert(Application it) {
    Executable executable = it.development();
    sql.run(
        "INSERT INTO applications ("
            + APPLICATION
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        executable == null ? null : executable.id(),
        executable == null ? null : Times.micros(executable.uploadedAt()),
        executable == null ? null : executable.by(),
        executable == null ? null : executable.requirements(),
        executable == null ? null : executable.digest(),
        it.workspace(),
        it.id().value(),
        it.name(),
        it.description(),
        it.type(),
        it.defaultInstance(),
        it.defaultExperimentInstance(),
        Times.micros(it.createdAt()),
        Times.micros(it.updatedAt()));
  }

  @Override
  public void update(Application it) {
    Executable executable = it.development();
    sql.run(
        """
        UPDATE applications SET executable_id = ?, executable_at = ?, executable_by = ?,
          executable_requirements = ?, executable_digest = ?, name = ?, description = ?, type = ?,
          default_instance = ?, default_experiment_instance = ?, updated_at = ?
        WHERE workspace = ? AND id = ?
        """,
        executable == null ? null : executable.id(),
        executable == null ? null : Times.micros(executable.uploadedAt()),
        executable == null ? null : executable.by(),
        executable == null ? null : executable.requirements(),
        executable == null ? null : executable.digest(),
        it.name(),
        it.description(),
        it.type(),
        it.defaultInstance(),
        it.defaultExperimentInstance(),
        Times.micros(it.updatedAt()),
        it.workspace(),
        it.id().value());
  }

  @Override
  public void delete(String workspace, ApplicationId id) {
    sql.run("DELETE FROM applications WHERE workspace = ? AND id = ?", workspace, id.value());
  }

  @Override
  public List<Application> list(String workspace, String after, int limit) {
    return sql.list(
        "SELECT "
            + APPLICATION
            + " FROM applications WHERE workspace = ? AND id > ? ORDER BY id LIMIT ?",
        row -> application(row),
        workspace,
        after,
        limit);
  }

  @Override
  public int count(String workspace) {
    return sql.first(
            "SELECT count(*) FROM applications WHERE workspace = ?",
            row -> row.getInt(1),
            workspace)
        .orElseThrow();
  }

  @Override
  public PartStore<Version> versions() {
    return versions;
  }

  @Override
  public InstanceStore instances() {
    return instances;
  }

  @Override
  public boolean hasCode(String digest) {
    return sql.first(
            """
            SELECT 1 FROM applications WHERE executable_digest = ?
            UNION ALL SELECT 1 FROM application_versions WHERE executable_digest = ? LIMIT 1
            """,
            row -> row.getInt(1),
            digest,
            digest)
        .isPresent();
  }

  private static Application application(ResultSet row) throws SQLException {
    return new Application(
        new ApplicationId(row.getString(7)),
        row.getString(6),
        row.getString(8),
        row.getString(9),
        row.getString(10),
        row.getString(11),
        row.getString(12),
        executableOrNull(row),
        Times.instant(row, 13),
        Times.instant(row, 14));
  }

  private static @Nullable Executable executableOrNull(ResultSet row) throws SQLException {
    return row.getString(1) == null ? null : executable(row);
  }

  static Executable executable(ResultSet row) throws SQLException {
    return new Executable(
        row.getString(1),
        Times.instant(row, 2),
        row.getString(3),
        row.getString(4),
        row.getString(5));
  }
}
