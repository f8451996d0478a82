package dev.satchel.server.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes a directory in an open one. Java cannot, so it is made elsewhere and moved there; one at a
 * time, for a move takes the place of an empty directory, which another may have opened.
 */
final class NewDirectory {
  private static final Lock ONE_AT_A_TIME = new ReentrantLock();

  private NewDirectory() {}

  /**
   * Where there is something of that name by now, nothing is done.
   *
   * @param elsewhere a directory on the same file system, only this user's
   */
  static void in(OpenDirectory directory, Path name, Path elsewhere) throws IOException {
    ONE_AT_A_TIME.lock();
    try {
      if (directory.attributes(name) == null) {
        moveIn(directory, name, elsewhere);
      }
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  private static void moveIn(OpenDirectory directory, Path name, Path elsewhere)
      throws IOException {
    Path made = elsewhere.resolve("directory-" + UUID.randomUUID());
    Files.createDirectory(made);
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (OpenDirectory from = OpenDirectory.of(elsewhere)) {
      from.stream().move(made.getFileName(), directory.stream(), name);
    } catch (FileSystemException e) {
      if (directory.attributes(name) == null) { // Else a job was quicker.
        throw e;
      }
    } finally {
      Files.deleteIfExists(made);
    }
  }
}
