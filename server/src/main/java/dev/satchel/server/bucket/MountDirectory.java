package dev.satchel.server.bucket;

import dev.satchel.server.bucket.Processes.Mark;
import dev.satchel.server.tmpfs.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of one mount: {@code shown}, which jobs have; {@code next}, where another is
 * mounted before it takes a dead one's place; {@code cache}; {@code process}, who serves it.
 */
record MountDirectory(Path path) {
  Path shown() {
    return path.resolve("shown");
  }

  Path next() {
    return path.resolve("next");
  }

  Path cache() {
    return path.resolve("cache");
  }

  private Path process() {
    return path.resolve("process");
  }

  boolean exists() {
    return Files.isDirectory(path);
  }

  void make() throws IOException {
    for (Path each : List.of(path, shown(), next(), cache())) {
      if (!Files.isDirectory(each) && layers(each) == 0) {
        Files.createDirectories(
            each,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
    }
  }

  /** How often something is mounted at one of its places. */
  static int layers(Path place) throws IOException {
    return (int) Mount.all().stream().filter(it -> it.point().equals(place)).count();
  }

  /** Records who serves it, and where that asks for keys. */
  void serve(Mark mark, int port) throws IOException {
    Path written = path.resolve("process.new");
    Files.writeString(written, mark.pid() + "\n" + mark.started() + "\n" + port + "\n");
    Files.move(
        written, process(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Who serves it; null where nobody does, or where that asks for keys at another port. */
  @Nullable Mark served(int port) {
    try {
      List<String> lines = Files.readAllLines(process(), StandardCharsets.UTF_8);
      return lines.size() == 3 && lines.get(2).equals(Integer.toString(port))
          ? new Mark(Long.parseLong(lines.get(0)), lines.get(1))
          : null;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void forgetServer() throws IOException {
    Files.deleteIfExists(process());
  }

  /** The beginning of what rclone said, as one line. */
  String said() {
    try {
      String said = Files.readString(path.resolve("said"), StandardCharsets.UTF_8).strip();
      return said.lines().findFirst().orElse("");
    } catch (IOException e) { // Also where it is cut within a letter.
      return "";
    }
  }

  void forgetSaid() throws IOException {
    Files.deleteIfExists(path.resolve("said"));
    Files.deleteIfExists(path.resolve("words"));
  }

  /**
   * Removes all of it. The places where something may be mounted are removed only as what is empty:
   * whatever happens, nothing of a bucket is.
   */
  void remove() throws IOException {
    Files.deleteIfExists(shown());
    Files.deleteIfExists(next());
    if (!exists()) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
