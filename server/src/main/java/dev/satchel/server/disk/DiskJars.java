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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
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
  private static final String UNFINISHED = ".new";

  /** How exactly a time of use is kept, so that most uses write nothing. */
  private static final Duration USE_KEPT = Duration.ofMinutes(1);

  private final Path directory;
  private final InstantSource clock;
  private final long allMaxBytes;

  public DiskJars(Path directory, InstantSource clock) {
    this(directory, clock, ALL_MAX_BYTES);
  }

  DiskJars(Path directory, InstantSource clock, long allMaxBytes) {
    this.directory = directory;
    this.clock = clock;
    this.allMaxBytes = allMaxBytes;
    DiskRuns.makePrivate(directory);
  }

  Path of(String workspace, String digest) {
    return directory.resolve(workspace).resolve(digest);
  }

  @Override
  public long keep(String workspace, String digest, InputStream bytes) throws IOException {
    Path own = directory.resolve(workspace);
    DiskRuns.makePrivate(own);
    Path made = own.resolve(RandomIds.longId() + UNFINISHED);
    try {
      long size = receive(bytes, digest, made);
      DiskRuns.sync(made);
      Files.setLastModifiedTime(made, FileTime.from(clock.instant()));
      Files.move(made, of(workspace, digest), StandardCopyOption.ATOMIC_MOVE);
      DiskRuns.sync(own);
      return size;
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private long receive(InputStream bytes, String digest, Path made) throws IOException {
    MessageDigest hash = sha256();
    long room = Math.min(JAR_MAX_BYTES, allMaxBytes - sizeOfAll());
    long size = 0;
    try (OutputStream out = Files.newOutputStream(made)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = next(bytes, buffer); read >= 0; read = next(bytes, buffer)) {
        size += read;
        if (size > room) {
          throw tooLarge(room);
        }
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
    return size;
  }

  private RefusedException tooLarge(long room) {
    return new RefusedException(
        Reason.TOO_LARGE,
        room == JAR_MAX_BYTES
            ? "A jar has at most " + JAR_MAX_BYTES + " bytes."
            : "The jars of this server have at most "
                + allMaxBytes
                + " bytes together, and there is no room for this one. Jars that nobody uses are"
                + " removed in time (--keep-days).");
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

  private long sizeOfAll() throws IOException {
    try (Stream<Path> all = Files.walk(directory, 2)) {
      long size = 0;
      for (Path each : (Iterable<Path>) all::iterator) {
        size += Files.isRegularFile(each) ? Files.size(each) : 0;
      }
      return size;
    } catch (NoSuchFileException | UncheckedIOException e) { // One was finished meanwhile.
      return 0;
    }
  }

  @Override
  public boolean use(String workspace, String digest) {
    Path jar = of(workspace, digest);
    try {
      Instant now = clock.instant();
      if (Files.getLastModifiedTime(jar).toInstant().plus(USE_KEPT).isBefore(now)) {
        Files.setLastModifiedTime(jar, FileTime.from(now));
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
          Path workspace = java.util.Objects.requireNonNull(each.getParent());
          unused.add(new Unused(workspace.getFileName() + "", each.getFileName() + ""));
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
  public void remove(Collection<Unused> jars, Instant since) {
    for (Unused each : jars) {
      Path jar = of(each.workspace(), each.digest());
      try {
        if (isUnused(jar, since)) { // One that is taken up again right here is sent anew.
          Files.deleteIfExists(jar);
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
