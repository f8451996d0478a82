package dev.satchel.server.disk;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.call.JarStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Jars of class paths: below a directory for each workspace, each under the SHA-256 of its bytes,
 * with the time of its last use as its own.
 */
public final class DiskJars implements JarStore {
  /** Of one jar. */
  public static final long JAR_MAX_BYTES = 1L << 30;

  /** Of all jars together. */
  static final long ALL_MAX_BYTES = 50L << 30;

  private static final int BUFFER_BYTES = 1 << 17;
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final String UNFINISHED = ".new";

  /** How exactly a time of use is kept, so that most uses write nothing. */
  private static final Duration USE_KEPT = Duration.ofMinutes(1);

  private final Path directory;
  private final InstantSource clock;
  private final JarRoom room;
  private final JarChecks checks = new JarChecks();

  public DiskJars(Path directory, InstantSource clock) {
    this(directory, clock, ALL_MAX_BYTES);
  }

  DiskJars(Path directory, InstantSource clock, long allMaxBytes) {
    this.directory = directory;
    this.clock = clock;
    this.room = new JarRoom(allMaxBytes);
    DiskRuns.makePrivate(directory);
    lookAround();
  }

  /** Counts what is there, and removes what was arriving when the server before this one ended. */
  private void lookAround() {
    try (Stream<Path> all = Files.walk(directory, 2)) {
      for (Path each : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        if (each.toString().endsWith(UNFINISHED)) {
          Files.delete(each);
        } else {
          room.found(workspaceOf(each), Files.size(each));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("jars cannot be listed", e);
    }
  }

  private static String workspaceOf(Path jar) {
    return String.valueOf(Objects.requireNonNull(jar.getParent()).getFileName());
  }

  private Path of(String workspace, String digest) {
    return directory.resolve(workspace).resolve(digest);
  }

  /**
   * Links to a jar, in the place of what is there.
   *
   * @return false where it is not what was sent; there is no link then
   * @throws NoSuchFileException where it is not kept any more
   */
  boolean link(String workspace, String digest, Path to) throws IOException {
    Path jar = of(workspace, digest);
    if (!checks.isRight(jar, digest)) {
      return false;
    }
    Files.deleteIfExists(to);
    Files.createLink(to, jar);
    Files.setPosixFilePermissions(to, READABLE); // Only where the link is shown; all above is ours.
    return true;
  }

  @Override
  public long keep(String workspace, String digest, InputStream bytes) throws IOException {
    Path own = directory.resolve(workspace);
    DiskRuns.makePrivate(own);
    Path made = own.resolve(RandomIds.longId() + UNFINISHED);
    Taken taken = new Taken(workspace);
    try {
      receive(bytes, digest, made, taken);
      DiskRuns.sync(made);
      Files.setLastModifiedTime(made, FileTime.from(clock.instant()));
      put(made, of(workspace, digest), taken);
      DiskRuns.sync(own);
      return taken.bytes;
    } finally {
      try {
        Files.deleteIfExists(made);
      } finally {
        taken.close();
      }
    }
  }

  /** Room for one jar that arrives, given back unless it is kept. */
  private final class Taken {
    private final String workspace;
    private long bytes;
    private boolean kept;

    Taken(String workspace) {
      this.workspace = workspace;
    }

    void more(long some) {
      if (bytes + some > JAR_MAX_BYTES) {
        throw new RefusedException(
            Reason.TOO_LARGE, "A jar has at most " + JAR_MAX_BYTES + " bytes.");
      }
      room.take(workspace, some);
      bytes += some;
    }

    void close() {
      if (!kept) {
        room.free(workspace, bytes);
      }
    }
  }

  /** In the place of one of before, which several may bring at once. */
  private synchronized void put(Path made, Path jar, Taken taken) throws IOException {
    long before = sizeOf(jar);
    Files.move(made, jar, StandardCopyOption.ATOMIC_MOVE);
    taken.kept = true;
    room.free(taken.workspace, before);
  }

  private static long sizeOf(Path jar) throws IOException {
    try {
      return Files.size(jar);
    } catch (NoSuchFileException none) {
      return 0;
    }
  }

  private static void receive(InputStream bytes, String digest, Path made, Taken taken)
      throws IOException {
    MessageDigest hash = sha256();
    try (OutputStream out = Files.newOutputStream(made)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = next(bytes, buffer); read >= 0; read = next(bytes, buffer)) {
        taken.more(read);
        hash.update(buffer, 0, read);
        write(out, buffer, read);
      }
    }
    if (!HexFormat.of().formatHex(hash.digest()).equals(digest)) {
      throw RefusedException.invalid(
          "Content-Digest",
          "What arrived has another SHA-256 than Content-Digest says; nothing was kept. Send it"
              + " again.");
    }
  }

  private static int next(InputStream bytes, byte[] buffer) {
    try {
      return bytes.read(buffer);
    } catch (IOException e) { // Not of this disk.
      throw RefusedException.invalid("body", "The body did not arrive whole.");
    }
  }

  private static void write(OutputStream out, byte[] buffer, int length) throws IOException {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw DiskVolumeFiles.full(e);
    }
  }

  @Override
  public boolean use(String workspace, String digest) {
    Path jar = of(workspace, digest);
    try {
      Instant now = clock.instant();
      if (Files.getLastModifiedTime(jar).toInstant().plus(USE_KEPT).isBefore(now)) {
        checks.date(jar, FileTime.from(now));
      }
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("a jar cannot be looked at", e);
    }
  }

  @Override
  public List<Unused> unused(Instant since, int limit) {
    try (Stream<Path> all = Files.walk(directory, 2)) {
      List<Unused> unused = new ArrayList<>();
      for (Path each : (Iterable<Path>) all::iterator) {
        if (unused.size() < limit && Files.isRegularFile(each) && isUnused(each, since)) {
          unused.add(new Unused(workspaceOf(each), each.getFileName() + ""));
        }
      }
      return unused;
    } catch (IOException e) {
      throw new UncheckedIOException("jars cannot be listed", e);
    }
  }

  private static boolean isUnused(Path jar, Instant since) {
    try {
      return Files.getLastModifiedTime(jar).toInstant().isBefore(since);
    } catch (IOException e) { // It has gone.
      return false;
    }
  }

  @Override
  public synchronized void remove(Collection<Unused> jars, Instant since) {
    for (Unused each : jars) {
      Path jar = of(each.workspace(), each.digest());
      try {
        if (isUnused(jar, since)) { // One that is taken up again right here is sent anew.
          long bytes = sizeOf(jar);
          if (Files.deleteIfExists(jar) && !each.digest().endsWith(UNFINISHED)) {
            room.free(each.workspace(), bytes);
          }
          checks.forget(jar);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("a jar that nobody uses cannot be removed", e);
      }
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
  }
}
