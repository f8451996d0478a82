package dev.satchel.server.process;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Observation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one attempt below the data directory. It holds no values. {@code started} is
 * made once, by the runner or by who forbids the start, and says so; {@code running} says which
 * process the runner is; {@code exit} holds the job's exit code; {@code failed} is there instead
 * where the job could not be isolated and never began; {@code work} is a working directory of its
 * own; {@code mounts} lists the mount points that were made elsewhere; {@code input} is a link to
 * what the job reads, and {@code output} what it printed, where that is not its log.
 */
record ControlDirectory(AttemptId attempt, Path path) {
  private static final Pattern CODE = Pattern.compile("([0-9]{1,3})\n");
  private static final String STARTED = "started";
  private static final String FORBIDDEN = "forbidden\n";

  static ControlDirectory of(Path attempts, AttemptId attempt) {
    return new ControlDirectory(attempt, attempts.resolve(attempt.toString()));
  }

  /** Makes a directory that only this user may enter, and those above it. */
  static void make(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  void make() throws IOException {
    make(path);
  }

  Path work() {
    return path.resolve("work");
  }

  Path input() {
    return path.resolve("input");
  }

  Path output() {
    return path.resolve("output");
  }

  boolean started() {
    return Files.exists(path.resolve(STARTED));
  }

  /** Takes the start for nobody. False where somebody took it. */
  boolean forbid() throws IOException {
    if (started()) { // Nearly always: what is forbidden most often has run.
      return forbidden();
    }
    make();
    Path written = Files.createTempFile(path, "forbidden", ".new");
    try {
      Files.writeString(written, FORBIDDEN);
      Files.createLink(path.resolve(STARTED), written); // Whole or not at all.
      return true;
    } catch (FileAlreadyExistsException e) {
      return forbidden();
    } finally {
      Files.deleteIfExists(written);
    }
  }

  boolean forbidden() {
    Path started = path.resolve(STARTED);
    return Files.isDirectory(started) // As runners before this made it.
        ? Files.exists(started.resolve("forbidden"))
        : textOf(STARTED).equals(FORBIDDEN);
  }

  @Nullable RunnerRecord runner() {
    return RunnerRecord.parse(textOf("running"));
  }

  boolean failed() {
    return Files.exists(path.resolve("failed"));
  }

  /** Null where the job has not ended, or its code did not survive. */
  Observation.@Nullable Exited exit() {
    var matcher = CODE.matcher(textOf("exit"));
    return matcher.matches()
        ? new Observation.Exited(changed("running"), Integer.parseInt(matcher.group(1)))
        : null;
  }

  Instant changed(String name) {
    try {
      return Files.getLastModifiedTime(path.resolve(name)).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH; // It is being removed.
    }
  }

  /** Adds mount points to the list, before they are made. */
  void recordMounts(List<Path> mounts) throws IOException {
    Files.writeString(
        path.resolve("mounts"),
        mounts.stream().map(mount -> mount + "\n").reduce("", String::concat),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  Set<Path> mounts() {
    Set<Path> mounts = new LinkedHashSet<>();
    textOf("mounts").lines().map(Path::of).forEach(mounts::add);
    return mounts;
  }

  private String textOf(String name) {
    try {
      return new String(Files.readAllBytes(path.resolve(name)), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
