package dev.satchel.server.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Deletes a directory and all below it, following no symbolic link, even one made meanwhile. */
final class Deletion {
  private Deletion() {}

  static void ofTree(Path directory) throws IOException {
    Path parent = directory.getParent();
    Path name = directory.getFileName();
    if (parent == null || name == null || !Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
      delete(secure(entries), name);
    } catch (NoSuchFileException e) {
      return; // Somebody else deleted it.
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new IOException("this file system gives no handles on directories");
  }

  private static void delete(SecureDirectoryStream<Path> parent, Path name) throws IOException {
    boolean directory =
        parent
            .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes()
            .isDirectory();
    if (!directory) {
      parent.deleteFile(name);
      return;
    }
    try (SecureDirectoryStream<Path> entries = open(parent, name)) {
      for (Path entry : entries) {
        delete(entries, entry.getFileName());
      }
    }
    parent.deleteDirectory(name);
  }

  /** Opens a directory, which a job may have closed to its own user, for deletion. */
  private static SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> parent, Path name)
      throws IOException {
    var mode =
        parent.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    var all = PosixFilePermissions.fromString("rwx------");
    if (!mode.readAttributes().permissions().containsAll(all)) {
      parent.getFileAttributeView(name, PosixFileAttributeView.class).setPermissions(all);
    }
    return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
  }
}
