package dev.satchel.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The files that connections have open, by what they are and not by name: SQLite goes on writing
 * into a file that was removed or replaced, where nobody will ever find it. Thread-safe.
 */
final class DatabaseFiles {
  private record Opened(Path path, Object key) {}

  private final List<Opened> opened;

  private DatabaseFiles(List<Opened> opened) {
    this.opened = List.copyOf(opened);
  }

  /** Remembers the database and its write-ahead log, which a connection has open. */
  static DatabaseFiles of(Path database) throws IOException {
    List<Opened> opened = new ArrayList<>();
    for (Path path : List.of(database, database.resolveSibling(database.getFileName() + "-wal"))) {
      opened.add(new Opened(path, Objects.requireNonNull(key(path))));
    }
    return new DatabaseFiles(opened);
  }

  /** Says which file is not the one that was opened any more; empty while all are. */
  String lost() {
    for (Opened file : opened) {
      try {
        if (!file.key().equals(key(file.path()))) {
          return "The database's file "
              + file.path().getFileName()
              + " was replaced under the running server";
        }
      } catch (IOException e) {
        return "The database's file "
            + file.path().getFileName()
            + " was removed under the running server";
      }
    }
    return "";
  }

  /** Device and inode. */
  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }
}
