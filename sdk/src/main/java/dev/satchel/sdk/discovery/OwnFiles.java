package dev.satchel.sdk.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells files that only this user can have written from those that somebody else may have. */
final class OwnFiles {
  private OwnFiles() {}

  /** Why the file or directory is not to be believed; null where it is ours and ours alone. */
  static @Nullable String objection(Path path) {
    try {
      if (Files.isSymbolicLink(path)) {
        return path + " is a symbolic link";
      }
      if (!Files.getFileStore(path).supportsFileAttributeView("posix")) {
        return null; // Windows: the profile's own access rules stand in front.
      }
      PosixFileAttributes seen =
          Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return objection(path, seen.owner().getName(), seen.permissions());
    } catch (IOException unreadable) {
      return path + " cannot be read";
    }
  }

  private static @Nullable String objection(
      Path path, String owner, Set<PosixFilePermission> permissions) {
    String user = ProcessHandle.current().info().user().orElse(System.getProperty("user.name"));
    if (!owner.equals(user)) {
      return path + " belongs to " + owner + ", not to " + user;
    }
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      return path + " may be written by others (chmod go-w " + path + ")";
    }
    return null;
  }
}
