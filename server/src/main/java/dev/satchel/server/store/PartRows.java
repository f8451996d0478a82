package dev.satchel.server.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.Part;
import dev.satchel.core.application.PartId;
import dev.satchel.core.application.PartStore;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One kind of parts of applications as rows of a table. */
abstract class PartRows<P extends Part> implements PartStore<P> {
  private static final String PART = " WHERE workspace = ? AND application = ? AND id = ?";

  private final Sql sql;
  private final String table;
  private final String columns;
  private final Sql.RowReader<P> reader;

  /**
   * @param columns in the order in which the reader takes them
   */
  PartRows(Sql sql, String table, String columns, Sql.RowReader<P> reader) {
    this.sql = sql;
    this.table = table;
    this.columns = columns;
    this.reader = reader;
  }

  Sql sql() {
    return sql;
  }

  @Override
  public Optional<P> find(String workspace, ApplicationId application, PartId id) {
    return sql.first(select() + PART, reader, workspace, application.value(), id.value());
  }

  /** Inserts a row of the values, in the order of the columns. */
  void insert(@Nullable Object... values) {
    String marks = "?, ".repeat(values.length - 1) + "?";
    sql.run("INSERT INTO " + table + " (" + columns + ") VALUES (" + marks + ")", values);
  }

  /**
   * Sets columns of a part's row.
   *
   * @param assignments such as {@code name = ?}
   */
  void set(P part, String assignments, @Nullable Object... values) {
    @Nullable Object[] all = new Object[values.length + 3];
    System.arraycopy(values, 0, all, 0, values.length);
    all[values.length] = part.workspace();
    all[values.length + 1] = part.application().value();
    all[values.length + 2] = part.id().value();
    sql.run("UPDATE " + table + " SET " + assignments + PART, all);
  }

  @Override
  public void delete(String workspace, ApplicationId application, PartId id) {
    sql.run("DELETE FROM " + table + PART, workspace, application.value(), id.value());
  }

  @Override
  public List<P> list(String workspace, ApplicationId application, String after, int limit) {
    return sql.list(
        select() + " WHERE workspace = ? AND application = ? AND id > ? ORDER BY id LIMIT ?",
        reader,
        workspace,
        application.value(),
        after,
        limit);
  }

  @Override
  public int count(String workspace, ApplicationId application) {
    return sql.first(
            "SELECT count(*) FROM " + table + " WHERE workspace = ? AND application = ?",
            row -> row.getInt(1),
            workspace,
            application.value())
        .orElseThrow();
  }

  private String select() {
    return "SELECT " + columns + " FROM " + table;
  }
}
