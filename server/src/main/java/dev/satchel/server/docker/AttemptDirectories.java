package dev.satchel.server.docker;

import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What there is of attempts outside of the container engine: a directory on disk that says how far
 * a start came and holds no value, and one on tmpfs with the values, for as long as they must lie
 * there.
 */
final class AttemptDirectories {
  private static final String STARTED = "started";
  private static final String ENGINE = "engine";
  private static final String REMOTE = "remote-files";
  private static final String LOGINS = "logins";
  private static final FileAttribute<Set<PosixFilePermission>> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path records;
  private final SecretRoot root;
  private final @Nullable Path secrets; // Null where no tmpfs will do.

  /**
   * @param name of the engine's directory on tmpfs, where others of this installation have theirs
   */
  AttemptDirectories(Path records, SecretRoot root, String installation, String name) {
    this.records = records;
    this.root = root;
    Path path = root.path();
    this.secrets = path == null ? null : path.resolve(installation).resolve(name);
    make(records);
    if (secrets != null) {
      deleteTree(secrets.resolve(LOGINS)); // Of pulls that ended with an earlier life.
    }
  }

  /** A new, empty directory on tmpfs for a login. */
  Path newLogin() throws IOException {
    if (secrets == null) {
      throw new IOException("no tmpfs");
    }
    Path logins = secrets.resolve(LOGINS);
    make(logins);
    return Files.createTempDirectory(logins, "", OWN);
  }

  /** Why values can lie nowhere; null where they can. */
  @Nullable String objection() {
    return root.objection();
  }

  /** Records that a container is about to be created, and on which engine. */
  void create(AttemptId attempt, String engineId) throws IOException {
    Path record = records.resolve(attempt.toString());
    make(record);
    Path written = Files.writeString(record.resolve(ENGINE + ".new"), engineId);
    Files.move(written, record.resolve(ENGINE), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The engine that a container was to be created on; null where none was. */
  @Nullable String engineOf(AttemptId attempt) {
    try {
      return Files.readString(records.resolve(attempt.toString()).resolve(ENGINE));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Records that the engine is about to be told to start it. */
  void start(AttemptId attempt) {
    make(records.resolve(attempt.toString()).resolve(STARTED));
  }

  /** Whether the engine may ever have been told to start it. */
  boolean started(AttemptId attempt) {
    return Files.exists(records.resolve(attempt.toString()).resolve(STARTED));
  }

  /** Records that secret files are about to be written on the engine's own host. */
  void markRemote(AttemptId attempt) {
    make(records.resolve(attempt.toString()).resolve(REMOTE));
  }

  /** Whether there may be any. */
  boolean hasRemote(AttemptId attempt) {
    return Files.exists(records.resolve(attempt.toString()).resolve(REMOTE));
  }

  /** Every attempt that there is anything of. */
  Set<AttemptId> all() {
    Set<AttemptId> attempts = new LinkedHashSet<>(in(records));
    if (secrets != null) {
      attempts.addAll(in(secrets));
    }
    return attempts;
  }

  /** Writes the file that {@code --env-file} reads. */
  Path writeVariables(AttemptId attempt, byte[] lines) throws IOException {
    Path file = secretsOf(attempt).resolve("secrets.env");
    Files.deleteIfExists(file); // Of a start that came to nothing.
    SecretRoot.write(file, lines, "rw-------", null);
    return file;
  }

  void removeVariables(AttemptId attempt) throws IOException {
    Files.deleteIfExists(secretsOf(attempt).resolve("secrets.env"));
  }

  /**
   * Writes the secret files.
   *
   * @param user the number of the container's user; null where it is not known
   * @return by location, where each file's bytes lie
   */
  Map<String, Path> writeFiles(
      AttemptId attempt, Map<String, SecretValue> files, @Nullable Integer user)
      throws IOException {
    Map<String, Path> places = new TreeMap<>();
    if (files.isEmpty()) {
      return places;
    }
    boolean owned = user != null && (SecretRoot.userId() == 0 || SecretRoot.userId() == user);
    Path directory = secretsOf(attempt).resolve("files");
    deleteTree(directory);
    make(directory);
    for (var file : new TreeMap<>(files).entrySet()) {
      Path place = directory.resolve(Integer.toString(places.size()));
      byte[] bytes = file.getValue().bytes();
      // Where it cannot be the user's alone, the directory around it keeps everybody else out.
      SecretRoot.write(place, bytes, owned ? "r--------" : "r--r--r--", owned ? user : null);
      places.put(file.getKey(), place);
    }
    return places;
  }

  /** Where the files are that an attempt works on, on disk. */
  Path staged(AttemptId attempt) {
    return records.resolve(attempt.toString()).resolve("run");
  }

  /** Takes back the record of a start that never will be. */
  void forbid(AttemptId attempt) {
    if (hasRemote(attempt)) {
      removeAllButRemote(attempt);
    } else {
      deleteTree(records.resolve(attempt.toString()));
    }
  }

  /** Removes what there is here; what lies on the engine's own host is still to be removed. */
  void removeHere(AttemptId attempt) {
    removeSecrets(attempt);
    removeAllButRemote(attempt);
  }

  private void removeAllButRemote(AttemptId attempt) {
    Path record = records.resolve(attempt.toString());
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(record)) {
      for (Path entry : entries) {
        if (!entry.endsWith(REMOTE) && !entry.endsWith(ENGINE)) { // That says on which host.
          deleteTree(entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void remove(AttemptId attempt) {
    removeSecrets(attempt);
    deleteTree(records.resolve(attempt.toString()));
  }

  private void removeSecrets(AttemptId attempt) {
    if (secrets != null) {
      deleteTree(secrets.resolve(attempt.toString()));
    }
  }

  private Path secretsOf(AttemptId attempt) throws IOException {
    if (secrets == null) {
      throw new IOException("no tmpfs");
    }
    Path directory = secrets.resolve(attempt.toString());
    make(directory);
    return directory;
  }

  private static Set<AttemptId> in(Path directory) {
    Set<AttemptId> attempts = new LinkedHashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        try {
          attempts.add(AttemptId.parse(String.valueOf(entry.getFileName())));
        } catch (IllegalArgumentException e) {
          // Not an attempt's.
        }
      }
    } catch (NoSuchFileException e) {
      return Set.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return attempts;
  }

  static void make(Path directory) {
    try {
      Files.createDirectories(directory, OWN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes what no container sees any more; links are deleted, and not followed. */
  static void deleteTree(Path directory) {
    try {
      if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        if (!Files.isReadable(directory) || !Files.isWritable(directory)) { // A job closed it.
          Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        try (Stream<Path> entries = Files.list(directory)) {
          entries.forEach(AttemptDirectories::deleteTree);
        }
      }
      Files.deleteIfExists(directory);
    } catch (NoSuchFileException e) {
      // Deleted meanwhile.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
