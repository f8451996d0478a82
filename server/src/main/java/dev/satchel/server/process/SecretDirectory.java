package dev.satchel.server.process;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Launch;
import java.io.File;
import java.io.IOException;
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
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where values lie for as long as they must: on tmpfs, ours alone. Each start has a directory of
 * its own there, so that a start that came late cannot mix with a newer one.
 */
final class SecretDirectory {
  /** What a runner writes besides values and output, with much to spare. */
  private static final long ROOM_BYTES = 64 * 1024;

  private final @Nullable Path root; // Null where no candidate will do.
  private final String installation;
  private final List<Path> candidates;
  private final List<String> reasons = new ArrayList<>();

  /**
   * Takes the first candidate that is on tmpfs, this user's own and 0700, making it where it is
   * absent.
   */
  SecretDirectory(String installation, List<Path> candidates) {
    this.installation = installation;
    this.candidates = List.copyOf(candidates);
    this.root = candidates.stream().filter(this::usable).findFirst().orElse(null);
  }

  static List<Path> candidates(@Nullable String xdgRuntimeDirectory) {
    List<Path> candidates = new ArrayList<>(List.of(Path.of("/run/satchel")));
    if (xdgRuntimeDirectory != null && xdgRuntimeDirectory.startsWith("/")) {
      candidates.add(Path.of(xdgRuntimeDirectory, "satchel"));
    }
    candidates.add(Path.of("/dev/shm/satchel-" + Machine.userId()));
    return candidates;
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
          || Machine.ownerOf(candidate, LinkOption.NOFOLLOW_LINKS) != Machine.userId()) {
        return "is not a directory that only this user may enter";
      }
      return Mount.isTmpfs(candidate) ? null : "is on a disk";
    } catch (IOException e) {
      return "cannot be made";
    }
  }

  /** Why values can lie nowhere; null where they can. */
  @Nullable String objection() {
    return root == null
        ? "Secrets may only lie on tmpfs, and no directory will do: "
            + String.join("; ", reasons)
            + ". Mount a tmpfs at /run/satchel, with mode 0700, for this user."
        : null;
  }

  /** Null where there is none. */
  @Nullable Path root() {
    return root;
  }

  /**
   * The directories that jobs must not see: this one, and every other that this user's servers may
   * have chosen, for what they started may still run.
   */
  Set<Path> hidden() {
    Set<Path> hidden = new LinkedHashSet<>();
    if (root != null) {
      hidden.add(root);
    }
    Stream.concat(candidates.stream(), candidates("/run/user/" + Machine.userId()).stream())
        .filter(it -> Files.isDirectory(it) && Machine.ownerOf(it) == Machine.userId())
        .forEach(hidden::add);
    return hidden;
  }

  /** Where this installation's attempts are; null where there is no root. */
  @Nullable Path ofInstallation() {
    return root == null ? null : root.resolve(installation);
  }

  @Nullable Path of(AttemptId attempt) {
    return root == null ? null : root.resolve(installation).resolve(attempt.toString());
  }

  /** Every attempt of this installation that has a directory here. */
  Set<AttemptId> attempts() throws IOException {
    return root == null ? Set.of() : AttemptNames.in(root.resolve(installation));
  }

  /**
   * Writes what a job is to have into a directory of this start's own.
   *
   * @param script the environment, which the caller overwrites
   * @param owner who is to own the files, or null for this user
   */
  LaunchDirectory prepare(Launch launch, byte[] script, @Nullable Integer owner)
      throws IOException {
    Path attempt = of(launch.attempt());
    if (attempt == null) {
      throw new IOException("no tmpfs");
    }
    requireRoom(
        script.length + launch.files().values().stream().mapToLong(it -> it.bytes().length).sum());
    byte[] random = new byte[8];
    ThreadLocalRandom.current().nextBytes(random);
    Path path = attempt.resolve(HexFormat.of().formatHex(random));
    ControlDirectory.make(path.resolve("files"));
    write(path.resolve("env"), script, "rw-------", null);
    Map<String, Path> files = new TreeMap<>();
    for (var file : new TreeMap<>(launch.files()).entrySet()) {
      Path place = path.resolve("files").resolve(Integer.toString(files.size()));
      write(place, file.getValue().bytes(), "r--------", owner);
      files.put(file.getKey(), place);
    }
    return new LaunchDirectory(path, files);
  }

  private void requireRoom(long bytes) throws IOException {
    File tmpfs = Objects.requireNonNull(root).toFile();
    boolean limited = tmpfs.getTotalSpace() > 0; // Else it says 0 of both.
    if (limited && tmpfs.getUsableSpace() < bytes + ROOM_BYTES) {
      throw new IOException(
          "there is no room on the tmpfs of " + root + "; free some, or make it larger");
    }
  }

  private static void write(Path file, byte[] bytes, String mode, @Nullable Integer owner)
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
      direct.clear().put(zeros); // Nor does the copy outside of the heap stay.
    }
    if (owner != null) {
      Files.setAttribute(file, "unix:uid", owner);
      Files.setAttribute(file, "unix:gid", owner);
    }
  }

  /**
   * The directory of one start.
   *
   * @param files by location, where each file's bytes lie
   */
  record LaunchDirectory(Path path, Map<String, Path> files) {}
}
