package dev.satchel.server.bucket;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What a job left below a directory, whatever modes it gave it. No link is followed. */
final class Tree {
  private static final int KIND = 0170000; // Source: inode(7).
  private static final int FILE = 0100000;
  private static final int LINK = 0120000;
  private static final int DIRECTORY = 0040000;
  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rwx------");
  private static final int PATH_MAX = 4095; // Source: limits.h, PATH_MAX.

  /** What has more below it is not looked through: what is found is in memory. */
  static final int FILES_MAX = 400_000;

  private static final Duration REMOVE_LIMIT = Duration.ofMinutes(10);

  private Tree() {}

  /** What something is that is no directory. */
  enum Kind {
    FILE,
    LINK,
    /** A pipe, a socket or a device, which hold nothing. */
    EMPTY
  }

  /**
   * What tells one state of a file from another. Nobody can set when it was changed last.
   *
   * @param changedNanos since 1970, by the machine's clock
   */
  record Stamp(long size, long inode, long changedNanos) {}

  /** What lies below more names than can be said at once, or beside more than are looked at. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    TooLargeException(FileSystemException cause) {
      super("it has directories within directories, deeper than can be looked through", cause);
    }

    TooLargeException(int most) {
      super("it has more than " + most + " files and directories");
    }
  }

  private static boolean isTooDeep(FileSystemException e) {
    String file = e.getFile(); // The reason is worded by the C library, in the machine's language.
    return (file != null && file.length() > PATH_MAX) || "File name too long".equals(e.getReason());
  }

  /** Told of each that is no directory. */
  interface Visitor {
    void visit(Path path, Kind kind, Stamp stamp) throws IOException;
  }

  static void walk(Path root, Visitor visitor) throws IOException {
    walk(root, FILES_MAX, visitor);
  }

  /**
   * @param most files and directories that may be below it
   */
  static void walk(Path root, int most, Visitor visitor) throws IOException {
    Deque<Path> directories = new ArrayDeque<>(List.of(root));
    int seen = 0;
    while (!directories.isEmpty()) {
      List<Path> within = within(directories.pop(), most);
      seen += within.size();
      if (seen > most) {
        throw new TooLargeException(most);
      }
      for (Path each : within) {
        Map<String, Object> attributes;
        try {
          attributes =
              Files.readAttributes(each, "unix:mode,size,ino,ctime", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
          continue; // It was removed meanwhile.
        } catch (FileSystemException e) {
          throw isTooDeep(e) ? new TooLargeException(e) : e;
        }
        int kind = (Integer) of(attributes, "mode") & KIND;
        if (kind == DIRECTORY) {
          directories.push(each);
        } else {
          visitor.visit(each, kind(kind), stamp(attributes));
        }
      }
    }
  }

  private static Kind kind(int kind) {
    return kind == FILE ? Kind.FILE : kind == LINK ? Kind.LINK : Kind.EMPTY;
  }

  private static Stamp stamp(Map<String, Object> attributes) {
    return new Stamp(
        (Long) of(attributes, "size"),
        (Long) of(attributes, "ino"),
        ((FileTime) of(attributes, "ctime")).to(TimeUnit.NANOSECONDS));
  }

  private static Object of(Map<String, Object> attributes, String name) {
    return Objects.requireNonNull(attributes.get(name), name);
  }

  private static List<Path> within(Path directory, int most) throws IOException {
    try {
      return listed(directory, most);
    } catch (
        AccessDeniedException e) { // Of the server's own user: it may give itself what it needs.
      Files.setPosixFilePermissions(directory, OWNERS);
      return listed(directory, most);
    } catch (NoSuchFileException | NotDirectoryException e) { // A running job put it there.
      return List.of();
    } catch (FileSystemException e) {
      throw isTooDeep(e) ? new TooLargeException(e) : e;
    }
  }

  private static List<Path> listed(Path directory, int most) throws IOException {
    List<Path> within = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path each : all) {
        if (within.size() == most) {
          throw new TooLargeException(most);
        }
        within.add(each);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return within;
  }

  /** Removes a directory with all that is in it. Idempotent. */
  static void remove(Path root) throws IOException {
    try {
      removeByName(root);
    } catch (IOException e) {
      if (!(e instanceof TooLargeException
          || (e instanceof FileSystemException f && isTooDeep(f)))) {
        throw e;
      } // By a tool that goes from one directory into the next.
      List<String> command = List.of("rm", "-rf", "--", root.toString());
      var ended = Commands.run(command, Map.of("PATH", Rclone.STANDARD_PATH), REMOVE_LIMIT);
      if (ended.code() != 0) {
        throw new IOException("rm says: " + ended.said().strip(), e);
      }
    }
  }

  private static void removeByName(Path root) throws IOException {
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(root);
      return;
    }
    Deque<Path> open = new ArrayDeque<>(List.of(root));
    List<Path> directories = new ArrayList<>();
    while (!open.isEmpty()) {
      Path directory = open.pop();
      directories.add(directory);
      for (Path each : within(directory, FILES_MAX)) {
        if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
          open.push(each);
        } else {
          removeFile(each);
        }
      }
    }
    for (Path directory : directories.reversed()) {
      Files.deleteIfExists(directory);
    }
  }

  /** Whatever the mode of its directory is. Idempotent. */
  static void removeFile(Path file) throws IOException {
    try {
      Files.deleteIfExists(file);
    } catch (AccessDeniedException e) {
      Files.setPosixFilePermissions(file.resolveSibling("."), OWNERS);
      Files.deleteIfExists(file);
    }
  }

  /** Likewise, to where nothing is. */
  static void moveFile(Path file, Path to) throws IOException {
    try {
      Files.move(file, to);
    } catch (AccessDeniedException e) {
      Files.setPosixFilePermissions(file.resolveSibling("."), OWNERS);
      Files.move(file, to);
    }
  }
}
