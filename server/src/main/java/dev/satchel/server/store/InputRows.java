package dev.satchel.server.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.InstanceConfiguration;
import dev.satchel.core.application.ManagedInput;
import dev.satchel.core.application.ManagedInputStore;
import dev.satchel.core.application.PartId;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Managed inputs as rows. */
final class InputRows extends PartRows<ManagedInput> implements ManagedInputStore {
  InputRows(Sql sql) {
    super(
        sql,
        "application_inputs",
        "workspace, application, id, name, description, input_format, output_format, file, upload,"
            + " run, created_at, updated_at",
        InputRows::input);
  }

  @Override
  public void insert(ManagedInput it) {
    insert(
        it.workspace(),
        it.application().value(),
        it.id().value(),
        it.name(),
        it.description(),
        it.format().input(),
        it.format().output(),
        it.file(),
        it.upload(),
        it.run(),
        Times.micros(it.createdAt()),
        Times.micros(it.updatedAt()));
  }

  @Override
  public void update(ManagedInput it) {
    set(
        it,
        "name = ?, description = ?, updated_at = ?",
        it.name(),
        it.description(),
        Times.micros(it.updatedAt()));
  }

  @Override
  public boolean hasFile(String file) {
    return sql()
        .first(
            "SELECT 1 FROM application_inputs WHERE file = ? LIMIT 1", row -> row.getInt(1), file)
        .isPresent();
  }

  private static ManagedInput input(ResultSet row) throws SQLException {
    return new ManagedInput(
        new ApplicationId(row.getString(2)),
        new PartId(row.getString(3)),
        row.getString(1),
        row.getString(4),
        row.getString(5),
        new InstanceConfiguration.Format(row.getString(6), row.getString(7)),
        row.getString(8),
        row.getString(9),
        row.getString(10),
        Times.instant(row, 11),
        Times.instant(row, 12));
  }
}
