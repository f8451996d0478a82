package dev.satchel.server.store;

import dev.satchel.core.store.Tx;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.function.Function;
import org.sqlite.SQLiteDataSource;

/**
 * Keeps everything in one SQLite file. The caller holds a lock on the directory, so that no other
 * server writes it.
 */
public final class SqliteStore implements SqlStore {
  /** How many reads can be at once. */
  public static final int READERS = 4;

  private final GroupCommitWriter writer;
  private final ReadPool readers;
  private final String installation;

  private SqliteStore(GroupCommitWriter writer, ReadPool readers, String installation) {
    this.writer = writer;
    this.readers = readers;
    this.installation = installation;
  }

  /**
   * Opens the database in a file, which is made where it is not there, and brings it to the current
   * schema.
   *
   * @param newInstallation the installation's id, kept where the database has none yet
   */
  public static SqliteStore open(Path path, String newInstallation, Instant now) {
    try {
      SqliteFile file = new SqliteFile(path);
      file.createForOwnerOnly();
      Connection connection = file.writer();
      try {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + path);
        Migrations.SQLITE.run(connection, source);
        return opened(file, connection, newInstallation, now);
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(
          "The database " + path + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private static SqliteStore opened(
      SqliteFile file, Connection connection, String newInstallation, Instant now)
      throws SQLException, IOException {
    Sql sql = new Sql(connection, Dialect.SQLITE);
    String installation = Installation.id(sql, newInstallation, now);
    ReadPool readers = new ReadPool(file, READERS);
    GroupCommitWriter writer = new GroupCommitWriter(connection, sql, file.opened());
    writer.start();
    return new SqliteStore(writer, readers, installation);
  }

  @Override
  public String installation() {
    return installation;
  }

  @Override
  public <T> T write(Function<Tx, T> work) {
    return writer.write(work);
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
    return readers.read(work);
  }

  @Override
  public String failure() {
    return writer.failure();
  }

  @Override
  public boolean isFull() {
    return writer.isFull();
  }

  @Override
  public void close() {
    writer.close();
    readers.close();
  }

  /** How many writes wait to be taken into a transaction. */
  int queued() {
    return writer.queued();
  }
}
