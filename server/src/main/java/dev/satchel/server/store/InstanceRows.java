package dev.satchel.server.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.Instance;
import dev.satchel.core.application.InstanceStore;
import dev.satchel.core.application.PartId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Instances as rows. */
final class InstanceRows extends PartRows<Instance> implements InstanceStore {
  InstanceRows(Sql sql) {
    super(
        sql,
        "application_instances",
        "workspace, application, id, version, name, description, configuration, locked, created_at,"
            + " updated_at",
        InstanceRows::instance);
  }

  @Override
  public void insert(Instance it) {
    insert(
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
    set(
        it,
        "version = ?, name = ?, description = ?, configuration = ?, locked = ?, updated_at = ?",
        it.version(),
        it.name(),
        it.description(),
        ConfigurationJson.write(it.configuration()),
        it.locked() ? 1 : 0,
        Times.micros(it.updatedAt()));
  }

  @Override
  public List<PartId> of(String workspace, ApplicationId application, PartId version, int limit) {
    return sql()
        .list(
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
}
