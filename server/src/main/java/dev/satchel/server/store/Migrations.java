package dev.satchel.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a database to the schema that this server knows. */
enum Migrations {
  SQLITE(
      "classpath:db/sqlite",
      "SELECT 1 FROM sqlite_master WHERE name = 'flyway_schema_history'",
      "success = 1"),
  POSTGRESQL(
      "classpath:db/postgresql",
      "SELECT 1 WHERE to_regclass('flyway_schema_history') IS NOT NULL",
      "success");

  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  /** The newest version under each {@code db/}. A test holds it to the files. */
  static final int NEWEST = 11;

  private final String location;
  private final String hasHistory;
  private final String succeeded;

  Migrations(String location, String hasHistory, String succeeded) {
    this.location = location;
    this.hasHistory = hasHistory;
    this.succeeded = succeeded;
  }

  /**
   * Runs what is missing. Skipped where the schema is current, as that is nearly always and asking
   * Flyway costs a third of the start. Whoever calls it sees to it that nobody else does meanwhile.
   *
   * @throws IllegalStateException where the database is newer than this server; nothing is then
   *     changed
   */
  void run(Connection connection, DataSource source) throws SQLException {
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
      Flyway.configure().dataSource(source).locations(location).load().migrate();
    }
  }

  /** The version that a database has; 0 where it has none yet. */
  int version(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      try (var tables = statement.executeQuery(hasHistory)) {
        if (!tables.next()) {
          return 0;
        }
      }
      try (var versions =
          statement.executeQuery(
              "SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history WHERE "
                  + succeeded)) {
        return versions.next() ? versions.getInt(1) : 0;
      }
    }
  }
}
