package dev.satchel.server;

import dev.satchel.core.RandomIds;
import dev.satchel.server.disk.DataDirectory;
import dev.satchel.server.store.PostgresAddress;
import dev.satchel.server.store.PostgresStore;
import dev.satchel.server.store.SqlStore;
import dev.satchel.server.store.SqliteStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Which database a data directory goes with: the file {@code satchel.db} in it, or one of
 * PostgreSQL, which the file {@code database} then names. With any other the server would take what
 * runs for somebody else's and end it, so that it does not start.
 */
final class StoreChoice {
  static final String SQLITE = "satchel.db";
  private static final String MARK = "database";

  private StoreChoice() {}

  /**
   * Opens the store that a command asks for.
   *
   * @throws IllegalStateException where it cannot be opened, or is not this directory's
   */
  static SqlStore open(ServeCommand command, DataDirectory directory) {
    PostgresAddress address = command.database();
    requireKind(directory.path(), address != null);
    if (address == null) {
      directory.requireWhole();
      return SqliteStore.open(directory.resolve(SQLITE), RandomIds.shortId(), Instant.now());
    }
    PostgresStore store = PostgresStore.open(address, RandomIds.shortId(), Instant.now());
    try {
      requireSame(directory, store.installation(), address);
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Refuses the other kind of database than a directory goes with. */
  static void requireKind(Path directory, boolean postgres) {
    if (!postgres && Files.exists(directory.resolve(MARK))) {
      throw new IllegalStateException(
          "The data directory "
              + directory
              + " goes with a PostgreSQL database ("
              + read(directory.resolve(MARK)).replaceFirst("^\\S+ ", "")
              + "), and none was named: give --database-url or SATCHEL_DATABASE_URL, or another"
              + " --data. Nothing was changed.");
    }
    if (postgres && Files.exists(directory.resolve(SQLITE))) {
      throw new IllegalStateException(
          "The data directory "
              + directory
              + " has a database of its own ("
              + SQLITE
              + "): leave --database-url out, or give another --data. Nothing was changed.");
    }
  }

  private static void requireSame(
      DataDirectory directory, String installation, PostgresAddress address) {
    Path mark = directory.resolve(MARK);
    if (Files.exists(mark) && !read(mark).startsWith(installation + " ")) {
      throw new IllegalStateException(
          "The data directory "
              + directory.path()
              + " goes with another database ("
              + read(mark).replaceFirst("^\\S+ ", "")
              + ") than "
              + address
              + ", which is installation "
              + installation
              + ". Name that one, give another --data, or, where no job of it runs, remove "
              + mark
              + ".");
    }
    directory.write(MARK, installation + " " + address + "\n");
  }

  private static String read(Path mark) {
    try {
      return Files.readString(mark).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + mark + " cannot be read", e);
    }
  }
}
