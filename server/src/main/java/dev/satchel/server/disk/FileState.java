package dev.satchel.server.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What tells a file from any other, and from itself before a change: no program can set the time of
 * its last change. Source: inode(7), st_ctim.
 *
 * @param file its device and inode
 */
record FileState(Object file, long sizeBytes, FileTime changedAt) {
  /** Null where nothing is there, or what it is cannot be told. */
  static @Nullable FileState of(Path path) {
    try {
      Map<String, Object> all =
          Files.readAttributes(path, "unix:fileKey,size,ctime", LinkOption.NOFOLLOW_LINKS);
      return new FileState(
          one(all, "fileKey"), (Long) one(all, "size"), (FileTime) one(all, "ctime"));
    } catch (IOException gone) {
      return null;
    }
  }

  private static Object one(Map<String, Object> all, String name) {
    return Objects.requireNonNull(all.get(name), name);
  }
}
