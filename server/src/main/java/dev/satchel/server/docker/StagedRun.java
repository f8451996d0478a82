package dev.satchel.server.docker;

import dev.satchel.core.workload.Remains;
import dev.satchel.core.workload.Staging;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt that works on files has on the server's disk, bound into its container: the
 * directory that it works in, and the file that its output is. No value is ever in it: of a secret
 * file there is an empty one, over which the real one is mounted.
 *
 * @param shared directories that are bound where it works, to be read
 * @param input the file that its standard input is; null for none
 * @param output the file that its standard output is; null where that is log
 * @param user whom its container runs as, and whose all of it is
 */
record StagedRun(
    Path work,
    Map<String, Path> shared,
    @Nullable Path input,
    @Nullable Path output,
    long fileMaxBytes,
    String user) {
  /** Where a container has the directory that it works in. */
  static final String WORK = "/work";

  private static final String INPUT = "/satchel/input";
  private static final String OUTPUT = "/satchel/output";
  private static final int NOBODY = 65_534;

  /** Where the work and the output of an attempt are below its own directory. */
  static Remains remains(Path directory) {
    return new Remains(directory.resolve("work"), directory.resolve("output"));
  }

  /**
   * Lays everything out. A start that was broken off is laid out again.
   *
   * @param directory of the attempt, which nobody else may enter
   * @param secretFiles their locations
   * @param imageUser the number of the image's user; null where it is not known
   * @param rootless whether the engine has no more rights than this server
   */
  static StagedRun lay(
      Path directory,
      Staging staging,
      Set<String> secretFiles,
      @Nullable Integer imageUser,
      boolean rootless)
      throws IOException {
    AttemptDirectories.deleteTree(directory);
    AttemptDirectories.make(directory);
    Remains places = remains(directory);
    AttemptDirectories.make(places.directory());
    staging.fill(places.directory());
    for (String location : secretFiles) {
      if (!location.startsWith("/")) {
        Path place = places.directory().resolve(location);
        Files.createDirectories(parentOf(place));
        Files.createFile(place);
      }
    }
    if (staging.keepsOutput()) {
      Files.createFile(
          places.output(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    int own = SecretRoot.userId();
    int user = own == 0 ? (imageUser == null ? NOBODY : imageUser) : own;
    if (own == 0) {
      own(directory, user);
    }
    Path input = staging.input();
    return new StagedRun(
        places.directory(),
        staging.shared(),
        input == null ? null : input.toRealPath(),
        staging.keepsOutput() ? places.output() : null,
        staging.fileMaxBytes(),
        own != 0 && rootless ? "0:0" : user + ":" + user); // There, its root is this user.
  }

  /** The options that bind it, before the image. */
  List<String> options(Set<String> variables) {
    List<String> words = new ArrayList<>(List.of("--workdir", WORK, "--user", user));
    words.addAll(List.of("--mount", "type=bind," + CreateCommand.places(work, WORK)));
    shared.forEach(
        (place, directory) ->
            words.addAll(
                List.of(
                    "--mount",
                    "type=bind,readonly," + CreateCommand.places(directory, WORK + "/" + place))));
    if (input != null) {
      words.addAll(List.of("--mount", "type=bind,readonly," + CreateCommand.places(input, INPUT)));
    }
    if (output != null) {
      words.addAll(List.of("--mount", "type=bind," + CreateCommand.places(output, OUTPUT)));
    }
    words.addAll(List.of("--ulimit", "fsize=" + fileMaxBytes + ":" + fileMaxBytes));
    if (!variables.contains("HOME")) { // Its user has none in the image.
      words.addAll(List.of("--env", "HOME=" + WORK));
    }
    words.addAll(List.of("--entrypoint", "sh"));
    return words;
  }

  /** The words behind the image, which give the command its input and output. */
  List<String> command(List<String> command) {
    String script =
        "exec \"$@\" <"
            + (input == null ? "/dev/null" : INPUT)
            + (output == null ? "" : " >" + OUTPUT);
    List<String> words = new ArrayList<>(List.of("-c", script, "satchel"));
    words.addAll(command);
    return words;
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

  private static void ownOne(Path path, int owner) throws IOException {
    Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
  }

  private static Path parentOf(Path place) {
    return java.util.Objects.requireNonNull(place.getParent());
  }
}
