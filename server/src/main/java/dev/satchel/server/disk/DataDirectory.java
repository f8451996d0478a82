package dev.satchel.server.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory that holds all of a server: {@code satchel.db}, {@code master.key}, {@code
 * admin.token}, {@code server.json} while one runs, {@code attempts/}, {@code logs/}. One server
 * has it at a time, by a lock on {@code lock} that the system drops when the process ends.
 */
public final class DataDirectory implements AutoCloseable {
  private static final FileAttribute<Set<PosixFilePermission>> FOR_OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> FOR_OWNER_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path path;
  private final FileLock lock;

  private DataDirectory(Path path, FileLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Takes a directory, which is made where it is not there.
   *
   * @throws IllegalStateException where another server has it, or others than its owner may enter
   *     it
   */
  public static DataDirectory take(Path given) {
    try {
      Files.createDirectories(given, FOR_OWNER_DIRECTORY);
      Path path = given.toRealPath();
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      if (!PosixFilePermissions.toString(permissions).endsWith("------")) {
        throw new IllegalStateException(
            "The data directory " + path + " is open to others than its owner: chmod 700 " + path);
      }
      FileChannel channel =
          FileChannel.open(
              path.resolve("lock"),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              FOR_OWNER_FILE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw new IllegalStateException(
            "Another server has the data directory "
                + path
                + ". Stop it first, or choose another with --data.");
      }
      return new DataDirectory(path, lock);
    } catch (IOException e) {
      throw new IllegalStateException(
          "The data directory " + given + " cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * Refuses a directory of an installation whose database is gone: a new one would end what runs,
   * and take the place of what may yet be put back.
   *
   * @throws IllegalStateException naming what is there and what is not
   */
  public void requireWhole() {
    Path database = path.resolve("satchel.db");
    try {
      if (Files.exists(database) && Files.size(database) > 0) {
        return;
      }
      for (String name : List.of("admin.token", "attempts", "logs")) {
        Path left = path.resolve(name);
        if (Files.isRegularFile(left) || (Files.isDirectory(left) && !isEmpty(left))) {
          throw new IllegalStateException(
              "The database "
                  + database
                  + " is missing or empty, and "
                  + left
                  + " of an installation is there. Put the database back, or move the rest away to"
                  + " begin anew. Nothing was changed.");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the data directory " + path + " cannot be read", e);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  /** The real path: no part of it is a link. */
  public Path path() {
    return path;
  }

  public Path resolve(String name) {
    return path.resolve(name);
  }

  /** Writes a file for the owner alone, all of it or nothing, durable, over what stood there. */
  public void write(String name, String text) {
    Path temporary = path.resolve(name + ".new");
    try {
      Files.deleteIfExists(temporary);
      writeNew(temporary, text.getBytes(StandardCharsets.UTF_8));
      Files.move(
          temporary,
          path.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      sync(path);
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + path.resolve(name) + " cannot be written", e);
    }
  }

  /** Removes a file, if it is there. */
  public void remove(String name) {
    try {
      Files.deleteIfExists(path.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + path.resolve(name) + " cannot be removed", e);
    }
  }

  /**
   * Writes a file that must not be there yet, for the owner alone, and makes it durable with its
   * name.
   */
  static void writeNew(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FOR_OWNER_FILE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        int _ = channel.write(buffer);
      }
      channel.force(true);
    }
    sync(Objects.requireNonNull(file.toAbsolutePath().getParent()));
  }

  /** Makes the names in a directory durable. */
  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    }
  }

  @Override
  public void close() {
    try {
      lock.acquiredBy().close();
    } catch (IOException e) {
      throw new UncheckedIOException("the lock of the data directory cannot be dropped", e);
    }
  }
}
