package dev.satchel.server.store;

import dev.satchel.core.secret.KeyRow;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Looks into a database that may be another process's, and writes nothing. */
public final class SqliteCheck implements AutoCloseable {
  private final Path file;
  private final Connection connection;

  private SqliteCheck(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /**
   * Opens a database that is there.
   *
   * @throws IllegalStateException where it cannot be opened
   */
  public static SqliteCheck of(Path file) {
    try {
      return new SqliteCheck(file, new SqliteFile(file).reader());
    } catch (SQLException e) {
      throw unusable(file, e);
    }
  }

  /** The first thing that is wrong with the file's structure; empty where nothing is. */
  public String damage() {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("PRAGMA quick_check(1)")) {
      String found = rows.next() ? rows.getString(1) : "";
      return found.equals("ok") ? "" : found;
    } catch (SQLException e) {
      throw unusable(file, e);
    }
  }

  /** The key ring; empty where the database has no schema yet. */
  public List<KeyRow> keys() {
    Sql sql = new Sql(connection, Dialect.SQLITE);
    try {
      boolean made =
          sql.first("SELECT 1 FROM sqlite_master WHERE name = 'key_ring'", row -> true).isPresent();
      return made ? new KeyRows(sql).all() : List.of();
    } catch (SqlException e) {
      throw unusable(file, e);
    }
  }

  private static IllegalStateException unusable(Path file, Exception e) {
    return new IllegalStateException("The database " + file + " cannot be read: " + e.getMessage());
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw unusable(file, e);
    }
  }
}
