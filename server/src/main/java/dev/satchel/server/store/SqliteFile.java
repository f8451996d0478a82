package dev.satchel.server.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/** One SQLite database in a file, and how every connection to it is set. */
final class SqliteFile {
  private static final int BUSY_TIMEOUT_MS = 5000;

  private final Path file;
  private final String url;

  SqliteFile(Path file) {
    this.file = file;
    this.url = "jdbc:sqlite:" + file;
  }

  /**
   * Makes the file, empty, where it is not there. SQLite gives the files beside it the same mode;
   * by itself it would make all of them readable for everybody.
   */
  void createForOwnerOnly() throws IOException {
    try {
      var ownerOnly = PosixFilePermissions.fromString("rw-------");
      Files.createFile(file, PosixFilePermissions.asFileAttribute(ownerOnly));
    } catch (FileAlreadyExistsException e) {
      return; // Whoever made it chose its mode.
    }
  }

  /** A connection that may write. Each commit is synced to the disk before it returns. */
  Connection writer() throws SQLException {
    SQLiteConfig config = config();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    return connect(config);
  }

  /** A connection that cannot write. */
  Connection reader() throws SQLException {
    SQLiteConfig config = config();
    Connection connection = connect(config);
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA query_only = ON");
    }
    return connection;
  }

  /** What a writer that has written or read has open. */
  DatabaseFiles opened() throws IOException {
    return DatabaseFiles.of(file);
  }

  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.enforceForeignKeys(true);
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true"); // What is deleted is overwritten.
    return config;
  }

  private Connection connect(SQLiteConfig config) throws SQLException {
    Properties properties = config.toProperties();
    return java.sql.DriverManager.getConnection(url, properties);
  }
}
