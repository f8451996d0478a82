package dev.satchel.server.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.Executable;
import dev.satchel.core.application.PartId;
import dev.satchel.core.application.Version;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Versions as rows. */
final class VersionRows extends PartRows<Version> {
  VersionRows(Sql sql) {
    super(
        sql,
        "application_versions",
        ApplicationRows.EXECUTABLE
            + ", workspace, application, id, name, description, created_at, updated_at",
        VersionRows::version);
  }

  @Override
  public void insert(Version it) {
    Executable executable = it.executable();
    insert(
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
    set(
        it,
        "name = ?, description = ?, updated_at = ?",
        it.name(),
        it.description(),
        Times.micros(it.updatedAt()));
  }

  private static Version version(ResultSet row) throws SQLException {
    return new Version(
        new ApplicationId(row.getString(7)),
        new PartId(row.getString(8)),
        row.getString(6),
        row.getString(9),
        row.getString(10),
        ApplicationRows.executable(row),
        Times.instant(row, 11),
        Times.instant(row, 12));
  }
}
