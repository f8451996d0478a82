package dev.satchel.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private final Connection connection;
  private final Dialect dialect;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Sql(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  Dialect dialect() {
    return dialect;
  }

  <T> List<T> list(String sql, RowReader<T> reader, @Nullable Object... arguments) {
    try (ResultSet rows = bound(sql, arguments).executeQuery()) {
      List<T> list = new ArrayList<>();
      while (rows.next()) {
        list.add(reader.read(rows));
      }
      return list;
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... arguments) {
    try (ResultSet rows = bound(sql, arguments).executeQuery()) {
      return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /** Runs a statement that answers no rows. */
  void run(String sql, @Nullable Object... arguments) {
    int _ = change(sql, arguments);
  }

  /** Runs a statement that answers no rows; says how many it inserted, updated or deleted. */
  int change(String sql, @Nullable Object... arguments) {
    try {
      return bound(sql, arguments).executeUpdate();
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /** Runs a statement that answers no rows once for each list of arguments, in their order. */
  void runEach(String sql, List<Object[]> lists) {
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
