package dev.satchel.server.store;

import dev.satchel.core.application.Application;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.ApplicationStore;
import dev.satchel.core.application.Executable;
import dev.satchel.core.application.Instance;
import dev.satchel.core.application.PartId;
import dev.satchel.core.application.Version;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Applications, versions and instances as rows. */
final class ApplicationRows implements ApplicationStore {
  private static final String EXECUTABLE =
      "executable_id, executable_at, executable_by, executable_requirements, executable_digest";
  private static final String APPLICATION =
      EXECUTABLE
          + ", workspace, id, name, description, type, default_instance, default_experiment_instance,"
          + " created_at, updated_at";
  private static final String VERSION =
      EXECUTABLE + ", workspace, application, id, name, description, created_at, updated_at";
  private static final String INSTANCE =
      "workspace, application, id, version, name, description, configuration, locked, created_at,"
          + " updated_at";

  /** Where the rows of an application's parts are, a page at a time. */
  private static final String PAGE =
      " WHERE workspace = ? AND application = ? AND id > ? ORDER BY id LIMIT ?";

  private static final String PART = " WHERE workspace = ? AND application = ? AND id = ?";

  private final Sql sql;

  ApplicationRows(Sql sql) {
    this.sql = sql;
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
  public Optional<Version> version(String workspace, ApplicationId application, PartId id) {
    return sql.first(
        "SELECT " + VERSION + " FROM application_versions" + PART,
        row -> version(row),
        workspace,
        application.value(),
        id.value());
  }

  @Override
  public void insert(Version it) {
    Executable executable = it.executable();
    sql.run(
        "INSERT INTO application_versions ("
            + VERSION
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        executable.id(),
        Times.micros(executable.uploadedAt()),
        executable.by(),
        executable.requirements(),
        executable.digest(),
        it.workspace(),
        it.application().value(),
        it.id().value(),
        it.name(),
        it.description(),
        Times.micros(it.createdAt()),
        Times.micros(it.updatedAt()));
  }

  @Override
  public void update(Version it) {
    sql.run(
        "UPDATE application_versions SET name = ?, description = ?, updated_at = ?" + PART,
        it.name(),
        it.description(),
        Times.micros(it.updatedAt()),
        it.workspace(),
        it.application().value(),
        it.id().value());
  }

  @Override
  public void deleteVersion(String workspace, ApplicationId application, PartId id) {
    sql.run("DELETE FROM application_versions" + PART, workspace, application.value(), id.value());
  }

  @Override
  public List<Version> versions(
      String workspace, ApplicationId application, String after, int limit) {
    return sql.list(
        "SELECT " + VERSION + " FROM application_versions" + PAGE,
        row -> version(row),
        workspace,
        application.value(),
        after,
        limit);
  }

  @Override
  public int countVersions(String workspace, ApplicationId application) {
    return countOf("application_versions", workspace, application);
  }

  @Override
  public Optional<Instance> instance(String workspace, ApplicationId application, PartId id) {
    return sql.first(
        "SELECT " + INSTANCE + " FROM application_instances" + PART,
        row -> instance(row),
        workspace,
        application.value(),
        id.value());
  }

  @Override
  public void insert(Instance it) {
    sql.run(
        "INSERT INTO application_instances ("
            + INSTANCE
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        it.workspace(),
        it.application().value(),
        it.id().value(),
        it.version(),
        it.name(),
        it.description(),
        ConfigurationJson.write(it.configuration()),
        it.locked() ? 1 : 0,
        Times.micros(it.createdAt()),
        Times.micros(it.updatedAt()));
  }

  @Override
  public void update(Instance it) {
    sql.run(
        "UPDATE application_instances SET version = ?, name = ?, description = ?, configuration = ?,"
            + " locked = ?, updated_at = ?"
            + PART,
        it.version(),
        it.name(),
        it.description(),
        ConfigurationJson.write(it.configuration()),
        it.locked() ? 1 : 0,
        Times.micros(it.updatedAt()),
        it.workspace(),
        it.application().value(),
        it.id().value());
  }

  @Override
  public void deleteInstance(String workspace, ApplicationId application, PartId id) {
    sql.run("DELETE FROM application_instances" + PART, workspace, application.value(), id.value());
  }

  @Override
  public List<Instance> instances(
      String workspace, ApplicationId application, String after, int limit) {
    return sql.list(
        "SELECT " + INSTANCE + " FROM application_instances" + PAGE,
        row -> instance(row),
        workspace,
        application.value(),
        after,
        limit);
  }

  @Override
  public int countInstances(String workspace, ApplicationId application) {
    return countOf("application_instances", workspace, application);
  }

  @Override
  public List<PartId> instancesOf(
      String workspace, ApplicationId application, PartId version, int limit) {
    return sql.list(
        """
        SELECT id FROM application_instances
        WHERE workspace = ? AND application = ? AND version = ? ORDER BY id LIMIT ?
        """,
        row -> new PartId(row.getString(1)),
        workspace,
        application.value(),
        version.value(),
        limit);
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

  private int countOf(String table, String workspace, ApplicationId application) {
    return sql.first(
            "SELECT count(*) FROM " + table + " WHERE workspace = ? AND application = ?",
            row -> row.getInt(1),
            workspace,
            application.value())
        .orElseThrow();
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

  private static Version version(ResultSet row) throws SQLException {
    return new Version(
        new ApplicationId(row.getString(7)),
        new PartId(row.getString(8)),
        row.getString(6),
        row.getString(9),
        row.getString(10),
        executable(row),
        Times.instant(row, 11),
        Times.instant(row, 12));
  }

  private static Instance instance(ResultSet row) throws SQLException {
    return new Instance(
        new ApplicationId(row.getString(2)),
        new PartId(row.getString(3)),
        row.getString(1),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        ConfigurationJson.read(row.getString(7)),
        row.getInt(8) != 0,
        Times.instant(row, 9),
        Times.instant(row, 10));
  }

  private static @Nullable Executable executableOrNull(ResultSet row) throws SQLException {
    return row.getString(1) == null ? null : executable(row);
  }

  private static Executable executable(ResultSet row) throws SQLException {
    return new Executable(
        row.getString(1),
        Times.instant(row, 2),
        row.getString(3),
        row.getString(4),
        row.getString(5));
  }
}
