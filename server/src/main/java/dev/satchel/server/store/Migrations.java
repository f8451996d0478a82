package dev.satchel.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a database to the schema that this server knows. */
final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  /** The newest version under {@code db/sqlite}. A test holds it to the files. */
  static final int NEWEST = 3;

  private Migrations() {}

  /**
   * Runs what is missing. Skipped where the schema is current, as that is nearly always and asking
   * Flyway costs a third of the start.
   *
   * @throws IllegalStateException where the database is newer than this server; nothing is then
   *     changed
   */
  static void run(Connection connection, DataSource source) throws SQLException {
    int version = version(connection);
    if (version > NEWEST) {
      throw new IllegalStateException(
          "The database has schema version "
              + version
              + ", and this server knows "
              + NEWEST
              + ": start a newer server. Nothing was changed.");
    }
    if (version < NEWEST) {
      LOG.info("bringing the database from schema version {} to {}", version, NEWEST);
      Flyway.configure().dataSource(source).locations("classpath:db/sqlite").load().migrate();
    }
  }

  private static int version(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      try (var tables =
          statement.executeQuery(
              "SELECT 1 FROM sqlite_master WHERE name = 'flyway_schema_history'")) {
        if (!tables.next()) {
          return 0;
        }
      }
      try (var versions =
          statement.executeQuery(
              "SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history WHERE success = 1")) {
        return versions.next() ? versions.getInt(1) : 0;
      }
    }
  }
}
