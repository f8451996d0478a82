package dev.satchel.server.disk;

import dev.satchel.core.RandomIds;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The packages that came with code: thousands of files, which all runs of it read and none changes.
 * They are unpacked once, when the code is pushed, with an archive of the rest beside them that
 * each run unpacks for itself. Below one directory for each digest of code.
 */
public final class SharedPackages {
  /** Where they are in the code, and where a run looks for them. */
  static final String PLACE = ".nextmv/python/deps";

  private static final int SYNC_SECONDS = 300;

  private final Path directory;

  public SharedPackages(Path directory) {
    this.directory = directory;
    DiskRuns.makePrivate(directory);
  }

  /** Holds what is kept by its digest, and what was being kept when a server ended. */
  Path directory() {
    return directory;
  }

  /** What is kept of code; null where no packages came with it. */
  @Nullable Path of(String digest) {
    Path kept = directory.resolve(digest);
    return Files.isDirectory(kept) ? kept : null;
  }

  /** The packages of what is kept. */
  static Path packages(Path kept) {
    return kept.resolve("packages");
  }

  /** The archive of everything else of what is kept. */
  static Path rest(Path kept) {
    return kept.resolve("rest");
  }

  /** Keeps the packages of unpacked code, where there are any: they are moved from there. */
  void keep(Path code, String digest) throws IOException {
    Path place = code.resolve(PLACE);
    if (!Files.isDirectory(place) || of(digest) != null) {
      return;
    }
    Path made = Files.createDirectory(directory.resolve(RandomIds.shortId() + ".new"));
    try {
      Files.move(place, packages(made));
      pack(code, rest(made));
      open(made);
      syncAll(made);
      Files.move(made, directory.resolve(digest), StandardCopyOption.ATOMIC_MOVE);
      DiskRuns.sync(directory);
    } finally {
      DiskCode.removeTree(made);
    }
  }

  void remove(String digest) throws IOException {
    DiskCode.removeTree(directory.resolve(digest));
  }

  private static void pack(Path code, Path archive) throws IOException {
    try (TarArchiveOutputStream tar = DiskRuns.tar(archive)) {
      Files.walkFileTree(
          code,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
                throws IOException {
              if (!path.equals(code)) {
                DiskRuns.putDirectory(tar, code.relativize(path).toString());
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              DiskRuns.put(tar, file, code.relativize(file).toString());
              return FileVisitResult.CONTINUE;
            }
          });
    }
  }

  /** Whatever user a run has, it may read them. */
  private static void open(Path made) throws IOException {
    try (Stream<Path> all = Files.walk(made)) {
      for (Path directory : all.filter(Files::isDirectory).toList()) {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }

  /**
   * They are there as a whole or not at all. For thousands of files this takes a tenth of the time
   * that syncing each does, and Java has no call for it. Source: sync(1), syncfs(2).
   */
  private static void syncAll(Path made) throws IOException {
    ProcessBuilder command =
        new ProcessBuilder("sync", "-f", made.toString())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    command.environment().clear();
    Process sync = command.start();
    try {
      if (sync.waitFor(SYNC_SECONDS, TimeUnit.SECONDS) && sync.exitValue() == 0) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sync.destroyForcibly();
    }
    throw new IOException("what was written to " + made + " could not be synced");
  }
}
