package dev.satchel.server.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.InstanceConfiguration;
import dev.satchel.core.application.ManagedInput;
import dev.satchel.core.application.ManagedInputStore;
import dev.satchel.core.application.PartId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Managed inputs as rows. */
final class InputRows implements ManagedInputStore {
  private static final String COLUMNS =
      "workspace, application, id, name, description, input_format, output_format, file, upload, run,"
          + " created_at, updated_at";
  private static final String PART = " WHERE workspace = ? AND application = ? AND id = ?";

  private final Sql sql;

  InputRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public Optional<ManagedInput> find(String workspace, ApplicationId application, PartId id) {
    return sql.first(
        "SELECT " + COLUMNS + " FROM application_inputs" + PART,
        row -> input(row),
        workspace,
        application.value(),
        id.value());
  }

  @Override
  public void insert(ManagedInput it) {
    sql.run(
        "INSERT INTO application_inputs ("
            + COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
    sql.run(
        "UPDATE application_inputs SET name = ?, description = ?, updated_at = ?" + PART,
        it.name(),
        it.description(),
        Times.micros(it.updatedAt()),
        it.workspace(),
        it.application().value(),
        it.id().value());
  }

  @Override
  public void delete(String workspace, ApplicationId application, PartId id) {
    sql.run("DELETE FROM application_inputs" + PART, workspace, application.value(), id.value());
  }

  @Override
  public List<ManagedInput> list(
      String workspace, ApplicationId application, String after, int limit) {
    return sql.list(
        "SELECT "
            + COLUMNS
            + " FROM application_inputs WHERE workspace = ? AND application = ? AND id > ?"
            + " ORDER BY id LIMIT ?",
        row -> input(row),
        workspace,
        application.value(),
        after,
        limit);
  }

  @Override
  public int count(String workspace, ApplicationId application) {
    return sql.first(
            "SELECT count(*) FROM application_inputs WHERE workspace = ? AND application = ?",
            row -> row.getInt(1),
            workspace,
            application.value())
        .orElseThrow();
  }

  @Override
  public boolean hasFile(String file) {
    return sql.first(
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
