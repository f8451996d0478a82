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
import java.util.HexFormat;

/** Archives of code, each under the SHA-256 of its bytes. */
public final class DiskCode implements CodeStore {
  private static final int ENTRIES_MAX = 100_000;
  private static final long BYTES_MAX = 2L << 30;

  private final Path directory;

  public DiskCode(Path directory) {
    this.directory = directory;
    DiskRuns.makePrivate(directory);
  }

  @Override
  public String keep(Path archive) {
    try {
      tryToUnpack(archive);
      String digest = digestOf(archive);
      Path made = directory.resolve(RandomIds.shortId() + ".new");
      Files.copy(archive, made);
      DiskRuns.sync(made);
      Files.move(made, of(digest), StandardCopyOption.ATOMIC_MOVE);
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

  /** What does not unpack is refused to who pushes it, not to who runs it. */
  private void tryToUnpack(Path archive) throws IOException {
    Path trial = Files.createTempDirectory(directory, "trial");
    try {
      new PushedArchive(ENTRIES_MAX, BYTES_MAX).unpack(archive, trial);
    } finally {
      remove(trial);
    }
  }

  private static void remove(Path directory) throws IOException {
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
