package dev.satchel.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One connection and the statements prepared on it, which live as long as it does: parsing them
 * anew each time costs more than running them. Arguments stand for the question marks, in order.
 * Used by one thread at a time.
 */
final class Sql {
  /** Makes something of the row that stands before it; columns count from 1. */
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private static final int WAITING_MAX = 24; // More would be long texts for the driver to keep.

  /** A statement that was not sent yet. */
  private record Waiting(String sql, @Nullable Object[] arguments) {}

  private final Connection connection;
  private final Dialect dialect;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private final List<Waiting> waiting = new ArrayList<>(); // In the order in which they were given.

  Sql(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  Dialect dialect() {
    return dialect;
  }

  <T> List<T> list(String sql, RowReader<T> reader, @Nullable Object... arguments) {
    return rows(
        sql,
        rows -> {
          List<T> list = new ArrayList<>();
          while (rows.next()) {
            list.add(reader.read(rows));
          }
          return list;
        },
        arguments);
  }

  <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... arguments) {
    return rows(
        sql, rows -> rows.next() ? Optional.of(reader.read(rows)) : Optional.empty(), arguments);
  }

  private <T> T rows(String sql, RowReader<T> reader, @Nullable Object... arguments) {
    try (ResultSet rows =
        waiting.isEmpty()
            ? bound(sql, arguments).executeQuery()
            : sentBehindWaiting(sql, arguments).getResultSet()) {
      return reader.read(rows);
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /** Runs a statement whose answer, if it has one, nobody needs; where that saves a way, later. */
  void run(String sql, @Nullable Object... arguments) {
    if (dialect.isRemote()) {
      waiting.add(new Waiting(sql, arguments));
      if (waiting.size() == WAITING_MAX) {
        flush();
      }
    } else {
      int _ = change(sql, arguments);
    }
  }

  /** Runs a statement that answers no rows; says how many it inserted, updated or deleted. */
  int change(String sql, @Nullable Object... arguments) {
    flush();
    try {
      return bound(sql, arguments).executeUpdate();
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /** Runs a statement that answers no rows once for each list of arguments, in their order. */
  void runEach(String sql, List<Object[]> lists) {
    if (dialect.isRemote() && waiting.size() + lists.size() < WAITING_MAX) {
      lists.forEach(arguments -> run(sql, arguments));
      return;
    }
    flush();
    if (lists.isEmpty()) {
      return;
    }
    try {
      PreparedStatement statement = prepared(sql);
      for (Object[] arguments : lists) {
        bind(statement, arguments);
        statement.addBatch();
      }
      int[] _ = statement.executeBatch();
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /** Runs what waits. Called before a commit. */
  void flush() {
    if (!waiting.isEmpty()) {
      Waiting last = waiting.removeLast();
      try {
        PreparedStatement _ = sentBehindWaiting(last.sql(), last.arguments());
      } catch (SQLException e) {
        throw failed(last.sql(), e);
      }
    }
  }

  /**
   * Sends a statement behind those that wait, all at once, and stands at its answer. The driver
   * takes the text apart.
   */
  private PreparedStatement sentBehindWaiting(String sql, @Nullable Object... arguments)
      throws SQLException {
    StringJoiner text = new StringJoiner(";\n");
    List<@Nullable Object> all = new ArrayList<>();
    for (Waiting each : waiting) {
      text.add(each.sql());
      all.addAll(Arrays.asList(each.arguments()));
    }
    all.addAll(Arrays.asList(arguments));
    int before = waiting.size();
    waiting.clear();
    PreparedStatement statement = bound(text.add(sql).toString(), all.toArray());
    boolean _ = statement.execute();
    for (int i = 0; i < before; i++) {
      boolean _ = statement.getMoreResults();
    }
    return statement;
  }

  /** Gives up the statement too: after some errors the driver has closed what it stands for. */
  private SqlException failed(String sql, SQLException e) {
    PreparedStatement statement = prepared.remove(sql);
    try {
      if (statement != null) {
        statement.close();
      }
    } catch (SQLException closing) {
      e.addSuppressed(closing);
    }
    return new SqlException(e);
  }

  private PreparedStatement bound(String sql, @Nullable Object... arguments) throws SQLException {
    PreparedStatement statement = prepared(sql);
    bind(statement, arguments);
    return statement;
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    return statement;
  }

  private void bind(PreparedStatement statement, @Nullable Object... arguments)
      throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      bind(statement, i + 1, arguments[i]);
    }
  }

  private void bind(PreparedStatement statement, int position, @Nullable Object argument)
      throws SQLException {
    switch (argument) {
      case null -> statement.setObject(position, null);
      case String text -> statement.setString(position, dialect.text(text));
      case Long number -> statement.setLong(position, number);
      case Integer number -> statement.setInt(position, number);
      case byte[] bytes -> statement.setBytes(position, bytes);
      default -> throw new IllegalArgumentException("no column holds a " + argument.getClass());
    }
  }
}
