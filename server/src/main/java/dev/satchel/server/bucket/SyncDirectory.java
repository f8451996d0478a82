package dev.satchel.server.bucket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All that is kept of one directory that is filled: {@code shown}, which jobs have; {@code
 * manifest}, what the bucket has of it; {@code list}, the names of what is being written.
 */
record SyncDirectory(Path path) {
  private static final Duration SYNC_LIMIT = Duration.ofMinutes(10);
  private static final Object ONE_AT_A_TIME = new Object(); // It takes memory for each file.

  Path shown() {
    return path.resolve("shown");
  }

  Path manifest() {
    return path.resolve("manifest");
  }

  Path list() {
    return path.resolve("list");
  }

  boolean exists() {
    return Files.isDirectory(path);
  }

  /** Whether all that the bucket had was once there. */
  boolean isFilled() {
    return Files.exists(manifest());
  }

  boolean isShown() {
    return Files.isDirectory(shown(), LinkOption.NOFOLLOW_LINKS);
  }

  /** An empty one that is not filled. */
  void make() throws IOException {
    Files.deleteIfExists(manifest()); // First: what it tells of is about to go.
    Tree.remove(path);
    Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.createDirectory(shown());
    Files.setPosixFilePermissions(shown(), PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /**
   * Has the disk keep all that was filled: what it lost and the manifest names would be taken for
   * deleted by the job.
   */
  void sync() throws IOException {
    var ended =
        Commands.run(
            List.of("sync", "-f", shown().toString()),
            Map.of("PATH", Rclone.STANDARD_PATH),
            SYNC_LIMIT);
    if (ended.code() != 0) {
      throw new IOException("sync says: " + ended.said().strip());
    }
  }

  /** What differs from what the bucket has; nothing where nothing of it is ever written. */
  Changes changes() {
    synchronized (ONE_AT_A_TIME) {
      return compared();
    }
  }

  private Changes compared() {
    try {
      Manifest manifest = Manifest.read(manifest());
      if (manifest == null || manifest.readOnly()) {
        return new Changes(Map.of(), List.of(), Map.of());
      }
      if (!isShown()) { // Else all files would be taken for deleted.
        throw new IOException(shown() + " is gone");
      }
      return Changes.of(shown(), manifest);
    } catch (IOException e) {
      throw new UncheckedIOException("a directory of a volume cannot be looked through", e);
    }
  }
}
