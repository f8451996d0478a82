package dev.satchel.server.process;

import dev.satchel.core.RandomIds;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Deletes a directory and all below it, following no symbolic link, even one made meanwhile. What
 * lies deeper than a few levels is moved up first, so that no depth that a job can make takes more
 * stack or more open files.
 */
final class Deletion {
  private static final int DEPTH_MAX = 64;

  private Deletion() {}

  static void ofTree(Path directory) throws IOException {
    Path parent = directory.getParent();
    Path name = directory.getFileName();
    if (parent == null || name == null || !Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
      deleteTree(secure(entries), name);
    } catch (NoSuchFileException e) {
      return; // Somebody else deleted it.
    }
  }

  /**
   * Deletes an empty file or an empty directory that no symbolic link leads to, even one made
   * meanwhile; what is anything else is left alone.
   *
   * @throws java.nio.file.FileSystemException where a link leads there, or the directory is in use
   */
  static void ofEmpty(Path path) throws IOException {
    Path at = path.toAbsolutePath();
    try (DirectoryStream<Path> root = Files.newDirectoryStream(at.getRoot())) {
      deleteEmpty(secure(root), at, 0);
    }
  }

  private static void deleteEmpty(SecureDirectoryStream<Path> parent, Path path, int depth)
      throws IOException {
    Path name = path.getName(depth);
    if (depth < path.getNameCount() - 1) {
      try (SecureDirectoryStream<Path> next =
          parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
        deleteEmpty(next, path, depth + 1);
      }
      return;
    }
    BasicFileAttributes seen =
        parent
            .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
    if (seen.isDirectory()) {
      parent.deleteDirectory(name);
    } else if (seen.isRegularFile() && seen.size() == 0) {
      parent.deleteFile(name);
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new IOException("this file system gives no handles on directories");
  }

  private static void deleteTree(SecureDirectoryStream<Path> parent, Path name) throws IOException {
    if (!isDirectory(parent, name)) {
      parent.deleteFile(name);
      return;
    }
    boolean moved = true;
    while (moved) {
      try (SecureDirectoryStream<Path> root = open(parent, name)) {
        moved = deleteEntries(root, root, 0);
      }
    }
    parent.deleteDirectory(name);
  }

  /** Deletes what is in a directory; answers whether anything was moved up to the root instead. */
  private static boolean deleteEntries(
      SecureDirectoryStream<Path> directory, SecureDirectoryStream<Path> root, int depth)
      throws IOException {
    boolean moved = false;
    for (Path entry : directory) {
      Path name = entry.getFileName();
      if (!isDirectory(directory, name)) {
        directory.deleteFile(name);
      } else if (depth == DEPTH_MAX) {
        open(directory, name).close(); // For its mode: only what may be written can be moved.
        directory.move(name, root, Path.of(".deleted-" + RandomIds.longId()));
        moved = true;
      } else {
        try (SecureDirectoryStream<Path> entries = open(directory, name)) {
          moved |= deleteEntries(entries, root, depth + 1);
        }
        directory.deleteDirectory(name);
      }
    }
    return moved;
  }

  private static boolean isDirectory(SecureDirectoryStream<Path> parent, Path name)
      throws IOException {
    return parent
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isDirectory();
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
