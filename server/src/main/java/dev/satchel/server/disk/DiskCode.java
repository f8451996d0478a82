package dev.satchel.server.disk;

import dev.satchel.core.RandomIds;
import dev.satchel.core.application.CodeStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Archives of code, each under the SHA-256 of its bytes, and the packages that came with it. */
public final class DiskCode implements CodeStore {
  private static final int ENTRIES_MAX = 100_000;
  private static final long BYTES_MAX = 2L << 30;

  private final Path directory;
  private final SharedPackages packages;
  private final InstantSource clock;

  public DiskCode(Path directory, SharedPackages packages, InstantSource clock) {
    this.directory = directory;
    this.packages = packages;
    this.clock = clock;
    DiskRuns.makePrivate(directory);
  }

  @Override
  public String keep(Path archive) {
    try {
      String digest = digestOf(archive);
      unpackOnce(archive, digest);
      Path made = directory.resolve(RandomIds.shortId() + ".new");
      Files.copy(archive, made);
      DiskRuns.sync(made);
      synchronized (this) { // What is kept anew is younger than what a sweep removes.
        Files.move(made, of(digest), StandardCopyOption.ATOMIC_MOVE);
      }
      DiskRuns.sync(directory);
      return digest;
    } catch (IOException e) {
      throw new UncheckedIOException("pushed code cannot be kept", e);
    }
  }

  @Override
  public Path of(String digest) {
    return directory.resolve(digest);
  }

  @Override
  public List<String> digests(String after, int limit) {
    return Stream.of(directory, packages.directory())
        .flatMap(each -> DiskInputs.settled(each, clock, after, limit).stream())
        .distinct()
        .sorted()
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized void remove(Collection<String> digests) {
    try {
      for (String digest : digests) {
        if (isSettled(digest) && !packagesAreUsed(digest)) {
          removeTree(of(digest)); // A directory where a push was cut off.
          packages.remove(digest);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("code that nothing names cannot be removed", e);
    }
  }

  private boolean isSettled(String digest) {
    Path archive = of(digest);
    Path settled = Files.exists(archive) ? archive : packages.directory().resolve(digest);
    return DiskInputs.isSettled(settled, clock);
  }

  /** By runs, each of which has the archive under another name for as long as it is kept. */
  private boolean packagesAreUsed(String digest) throws IOException {
    return packages.of(digest) != null
        && Files.exists(of(digest))
        && (Integer) Files.getAttribute(of(digest), "unix:nlink") > 1;
  }

  /** What does not unpack is refused to who pushes it, not to who runs it. */
  private void unpackOnce(Path archive, String digest) throws IOException {
    Path unpacked = Files.createTempDirectory(directory, "trial");
    try {
      new PushedArchive(ENTRIES_MAX, BYTES_MAX).unpack(archive, unpacked);
      packages.keep(unpacked, digest);
    } finally {
      removeTree(unpacked);
    }
  }

  /** Removes a directory with all that is in it; one that is not there is no error. */
  static void removeTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, java.io.IOException failure)
              throws IOException {
            Files.delete(path);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static String digestOf(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        var digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
  }
}
