package dev.satchel.sdk.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
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
      return objection(path, seen.owner(), seen.permissions());
    } catch (IOException unreadable) {
      return path + " cannot be read";
    }
  }

  private static @Nullable String objection(
      Path path, UserPrincipal owner, Set<PosixFilePermission> permissions) throws IOException {
    UserPrincipal user = user();
    if (!owner.equals(user)) {
      return path + " belongs to " + owner.getName() + ", not to " + user.getName();
    }
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      return path + " may be written by others (chmod go-w " + path + ")";
    }
    return null;
  }

  /** By the number where there is one: in a container a user often has no name. */
  private static UserPrincipal user() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self)
        ? Files.getOwner(self)
        : self.getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(System.getProperty("user.name"));
  }
}
