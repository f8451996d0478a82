package dev.satchel.server.process;

import dev.satchel.core.workload.Staging;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lays what a job works on into its directories, before its start. */
final class StagedFiles {
  private StagedFiles() {}

  /**
   * Fills the working directory, and makes the files that its standard input and output will be. A
   * start that was broken off is laid out again.
   *
   * @param owner who is to own what is made, or null for this user
   * @param shows whether the isolation shows the job what it shares with others
   */
  static void lay(
      @Nullable Staging staging, ControlDirectory control, @Nullable Integer owner, boolean shows)
      throws IOException {
    if (staging == null) {
      return;
    }
    empty(control.work());
    staging.fill(control.work());
    if (!shows) {
      for (Map.Entry<String, Path> shared : staging.shared().entrySet()) {
        copy(shared.getValue(), control.work().resolve(shared.getKey()));
      }
    }
    if (owner != null) {
      own(control.work(), owner);
    }
    Path input = staging.input();
    Files.deleteIfExists(control.input());
    if (input != null && owner == null) { // The job's user could let itself write to the kept one.
      Files.copy(input, control.input());
    } else if (input != null) {
      Files.createSymbolicLink(control.input(), input.toRealPath());
    }
    Files.deleteIfExists(control.output());
    if (staging.keepsOutput()) {
      var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      ownOne(Files.createFile(control.output(), mode), owner);
    }
  }

  private static void empty(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path each : files.toList()) {
        Deletion.ofTree(each);
      }
    }
  }

  /** What the job may change is nobody else's. */
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Path place = to.resolve(from.relativize(each).toString());
        if (!Files.isDirectory(place)) { // The uppermost is there.
          Files.copy(each, place);
        }
      }
    }
  }

  private static void own(Path directory, int owner) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            ownOne(path, owner);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            ownOne(path, owner);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void ownOne(Path path, @Nullable Integer owner) throws IOException {
    if (owner != null) {
      Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
