package dev.satchel.server.store;

import dev.satchel.core.secret.KeyRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Looks into a database that may be another server's, and writes nothing. */
public final class PostgresCheck implements AutoCloseable {
  private static final int OLDEST = 13;

  private final PostgresAddress address;
  private final Connection connection;

  private PostgresCheck(PostgresAddress address, Connection connection) {
    this.address = address;
    this.connection = connection;
  }

  /**
   * Opens a database.
   *
   * @throws IllegalStateException where it cannot be reached or used
   */
  public static PostgresCheck of(PostgresAddress address) {
    try {
      Connection connection = address.source().getConnection();
      connection.setReadOnly(true);
      requireUsable(connection);
      return new PostgresCheck(address, connection);
    } catch (SQLException e) {
      throw unusable(address, e);
    }
  }

  /** What makes writes that are answered less than durable; empty where nothing does. */
  public List<String> dangers() {
    try {
      List<String> dangers = new ArrayList<>();
      for (String setting : List.of("fsync", "full_page_writes")) {
        if (!shown(connection, setting).equals("on")) {
          dangers.add(setting + " is off: a power loss may lose what was answered");
        }
      }
      return dangers;
    } catch (SQLException e) {
      throw unusable(address, e);
    }
  }

  /** The key ring; empty where the database has no schema yet. */
  public List<KeyRow> keys() {
    try {
      return Migrations.POSTGRESQL.version(connection) == 0
          ? List.of()
          : new KeyRows(new Sql(connection, PostgresDialect.READING)).all();
    } catch (SQLException | SqlException e) {
      throw unusable(address, e);
    }
  }

  /** Refuses a database that could not keep what is written as it was written. */
  static void requireUsable(Connection connection) throws SQLException {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    if (version < OLDEST) {
      throw new IllegalStateException(
          "This is PostgreSQL " + version + "; Satchel needs " + OLDEST + " or later.");
    }
    String encoding = shown(connection, "server_encoding");
    if (!encoding.equals("UTF8")) {
      throw new IllegalStateException(
          "The database's encoding is "
              + encoding
              + "; Satchel needs UTF8: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.");
    }
  }

  private static String shown(Connection connection, String setting) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SHOW " + setting)) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  private static IllegalStateException unusable(PostgresAddress address, Exception e) {
    return new IllegalStateException(
        "The database " + address + " cannot be used: " + e.getMessage());
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw unusable(address, e);
    }
  }
}
