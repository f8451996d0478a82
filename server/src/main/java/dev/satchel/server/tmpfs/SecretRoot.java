package dev.satchel.server.tmpfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The directory below which values may lie: on tmpfs, and nobody else's to enter. */
public final class SecretRoot {
  private final @Nullable Path path; // Null where no candidate will do.
  private final List<String> reasons = new ArrayList<>();

  /**
   * Takes the first candidate that is on tmpfs, this user's own and 0700, making it where it is
   * absent.
   */
  public SecretRoot(List<Path> candidates) {
    this.path = candidates.stream().filter(this::usable).findFirst().orElse(null);
  }

  public static List<Path> candidates(@Nullable String xdgRuntimeDirectory) {
    List<Path> candidates = new ArrayList<>(List.of(Path.of("/run/satchel")));
    if (xdgRuntimeDirectory != null && xdgRuntimeDirectory.startsWith("/")) {
      candidates.add(Path.of(xdgRuntimeDirectory, "satchel"));
    }
    candidates.add(Path.of("/dev/shm/satchel-" + userId()));
    return candidates;
  }

  /** Why values can lie nowhere; null where they can. */
  public @Nullable String objection() {
    return path == null
        ? "Secrets may only lie on tmpfs, and no directory will do: "
            + String.join("; ", reasons)
            + ". Mount a tmpfs at /run/satchel, with mode 0700, for this user."
        : null;
  }

  /** Null where there is none. */
  public @Nullable Path path() {
    return path;
  }

  /** This process's user. */
  public static int userId() {
    try {
      return ownerOf(Path.of("/proc/self/status")); // The link itself is root's.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a new file, and leaves no copy of its bytes outside of the heap.
   *
   * @param mode such as {@code rw-------}
   * @param owner who is to own the file, or null for this user
   */
  public static void write(Path file, byte[] bytes, String mode, @Nullable Integer owner)
      throws IOException {
    var permissions = PosixFilePermissions.fromString(mode);
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(permissions))) {
      ByteBuffer direct = ByteBuffer.allocateDirect(Math.max(bytes.length, 1));
      direct.put(bytes).flip();
      while (direct.hasRemaining()) {
        channel.write(direct);
      }
      byte[] zeros = new byte[bytes.length];
      Arrays.fill(zeros, (byte) 0);
      direct.clear().put(zeros);
    }
    if (owner != null) {
      Files.setAttribute(file, "unix:uid", owner);
      Files.setAttribute(file, "unix:gid", owner);
    }
  }

  private boolean usable(Path candidate) {
    String reason = reasonAgainst(candidate);
    if (reason != null) {
      reasons.add(candidate + " " + reason);
    }
    return reason == null;
  }

  private static @Nullable String reasonAgainst(Path candidate) {
    Path parent = candidate.getParent();
    try {
      if (parent == null || !Files.isDirectory(parent)) {
        return "cannot be made";
      }
      if (!Files.exists(candidate, LinkOption.NOFOLLOW_LINKS)) {
        if (!Mount.isTmpfs(parent)) {
          return "would be on a disk";
        }
        Files.createDirectory(candidate);
        Files.setPosixFilePermissions(candidate, PosixFilePermissions.fromString("rwx------"));
      }
      PosixFileAttributes seen =
          Files.readAttributes(candidate, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!seen.isDirectory()
          || !seen.permissions().equals(PosixFilePermissions.fromString("rwx------"))
          || ownerOf(candidate, LinkOption.NOFOLLOW_LINKS) != userId()) {
        return "is not a directory that only this user may enter";
      }
      return Mount.isTmpfs(candidate) ? null : "is on a disk";
    } catch (IOException e) {
      return "cannot be made";
    }
  }

  private static int ownerOf(Path path, LinkOption... options) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid", options);
  }
}
