package dev.satchel.server.process;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Launch;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private final SecretRoot root;
  private final String installation;
  private final List<Path> candidates;

  /**
   * Takes the first candidate that is on tmpfs, this user's own and 0700, making it where it is
   * absent.
   */
  SecretDirectory(String installation, List<Path> candidates) {
    this.installation = installation;
    this.candidates = List.copyOf(candidates);
    this.root = new SecretRoot(candidates);
  }

  static List<Path> candidates(@Nullable String xdgRuntimeDirectory) {
    return SecretRoot.candidates(xdgRuntimeDirectory);
  }

  /** Why values can lie nowhere; null where they can. */
  @Nullable String objection() {
    return root.objection();
  }

  /** Null where there is none. */
  @Nullable Path root() {
    return root.path();
  }

  /**
   * The directories that jobs must not see: this one, and every other that this user's servers may
   * have chosen, for what they started may still run.
   */
  Set<Path> hidden() {
    Set<Path> hidden = new LinkedHashSet<>();
    Path chosen = root();
    if (chosen != null) {
      hidden.add(chosen);
    }
    Stream.concat(candidates.stream(), candidates("/run/user/" + Machine.userId()).stream())
        .filter(it -> Files.isDirectory(it) && Machine.ownerOf(it) == Machine.userId())
        .forEach(hidden::add);
    return hidden;
  }

  /** Where this installation's attempts are; null where there is no root. */
  @Nullable Path ofInstallation() {
    Path path = root.path();
    return path == null ? null : path.resolve(installation);
  }

  @Nullable Path of(AttemptId attempt) {
    Path here = ofInstallation();
    return here == null ? null : here.resolve(attempt.toString());
  }

  /** Every attempt of this installation that has a directory here. */
  Set<AttemptId> attempts() throws IOException {
    Path here = ofInstallation();
    return here == null ? Set.of() : AttemptNames.in(here);
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
    ControlDirectory.make(launch.files().isEmpty() ? path : path.resolve("files"));
    SecretRoot.write(path.resolve("env"), script, "rw-------", null);
    Map<String, Path> files = new TreeMap<>();
    for (var file : new TreeMap<>(launch.files()).entrySet()) {
      Path place = path.resolve("files").resolve(Integer.toString(files.size()));
      SecretRoot.write(place, file.getValue().bytes(), "r--------", owner);
      files.put(file.getKey(), place);
    }
    return new LaunchDirectory(path, files);
  }

  private void requireRoom(long bytes) throws IOException {
    File tmpfs = Objects.requireNonNull(root.path()).toFile();
    boolean limited = tmpfs.getTotalSpace() > 0; // Else it says 0 of both.
    if (limited && tmpfs.getUsableSpace() < bytes + ROOM_BYTES) {
      throw new IOException(
          "there is no room on the tmpfs of " + tmpfs + "; free some, or make it larger");
    }
  }

  /**
   * The directory of one start.
   *
   * @param files by location, where each file's bytes lie
   */
  record LaunchDirectory(Path path, Map<String, Path> files) {}
}
