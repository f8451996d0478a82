package dev.satchel.server.disk;

import dev.satchel.core.call.JavaOfEngines;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Remains;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an object answered, from its end on: moved out of the attempt's directory, which goes. The
 * job filled that as it liked, so that its files alone are moved, one by one up to a limit, into a
 * directory of the server's own.
 */
final class KeptAnswers {
  private static final Logger log = LoggerFactory.getLogger(KeptAnswers.class);
  private static final Pattern NAME = Pattern.compile("answers-([1-9][0-9]{0,8})");
  private static final Path ANSWERS = Path.of("answers");
  private static final int FILES_MAX = 10_000;
  private static final long BYTES_MAX = 512L << 20;
  private static final int ENTRIES_MAX = 100_000; // That are looked at.
  private static final int DEPTH_MAX = 2;

  private final Path calls;

  KeptAnswers(Path calls) {
    this.calls = calls;
  }

  private static Path nameOf(AttemptId attempt) {
    return Path.of("answers-" + attempt.number());
  }

  /**
   * Takes them, where there are any; what cannot be taken is lost, and said. One that a crash ended
   * goes on.
   */
  void take(AttemptId attempt, Remains remains) {
    try (OpenDirectory work = OpenDirectory.of(remains.directory());
        OpenDirectory own = work.enter(Path.of(JavaOfEngines.DIRECTORY));
        OpenDirectory answers = own.enter(ANSWERS);
        OpenDirectory kept = made(attempt)) {
      move(answers, kept, new Room(kept));
    } catch (NoSuchFileException | NotDirectoryException none) {
      log.debug("{} left no answers", attempt);
    } catch (IOException e) {
      log.warn("the answers of {} cannot be kept: {}", attempt, e.getMessage());
    }
  }

  private OpenDirectory made(AttemptId attempt) throws IOException {
    Path kept = calls.resolve(attempt.workload()).resolve(nameOf(attempt));
    if (!Files.isDirectory(kept)) {
      Files.createDirectory(kept); // Only the server's user enters what is above.
    }
    return OpenDirectory.of(kept);
  }

  /** How much more may be kept of an attempt. */
  private static final class Room {
    private int files = FILES_MAX;
    private long bytes = BYTES_MAX;

    Room(OpenDirectory kept) throws IOException {
      for (Path entry : kept.stream()) {
        BasicFileAttributes before = kept.attributes(entry.getFileName());
        files--;
        bytes -= before == null ? 0 : before.size();
      }
    }

    boolean isFor(BasicFileAttributes file) {
      return files > 0 && file.size() <= bytes;
    }

    void take(BasicFileAttributes file) {
      files--;
      bytes -= file.size();
    }
  }

  private static void move(OpenDirectory answers, OpenDirectory kept, Room room)
      throws IOException {
    int seen = 0;
    for (Path entry : answers.stream()) {
      Path name = entry.getFileName();
      BasicFileAttributes file = answers.attributes(name);
      if (file != null && file.isRegularFile() && room.isFor(file)) {
        answers.stream().move(name, kept.stream(), name);
        room.take(file);
      }
      if (++seen == ENTRIES_MAX) {
        return;
      }
    }
  }

  /** Attempts of a workload of which any were taken. */
  List<AttemptId> attempts(String workload) {
    List<AttemptId> attempts = new ArrayList<>();
    try (OpenDirectory kept = OpenDirectory.of(calls.resolve(workload))) {
      for (Path entry : kept.stream()) {
        Matcher name = NAME.matcher(String.valueOf(entry.getFileName()));
        if (name.matches()) {
          attempts.add(new AttemptId(workload, Integer.parseInt(name.group(1))));
        }
      }
    } catch (NoSuchFileException | NotDirectoryException none) {
      log.debug("nothing is kept of {}", workload);
    } catch (IOException e) {
      throw new UncheckedIOException("the answers of a workload cannot be listed", e);
    }
    return attempts;
  }

  /** Removes all that was taken of a workload. */
  void remove(String workload) {
    remove(workload, name -> true);
  }

  /** Removes what was taken of an attempt. */
  void remove(AttemptId attempt) {
    remove(attempt.workload(), nameOf(attempt)::equals);
  }

  private void remove(String workload, Predicate<Path> which) {
    try (OpenDirectory kept = OpenDirectory.of(calls.resolve(workload))) {
      for (Path entry : kept.stream()) {
        Path name = entry.getFileName();
        BasicFileAttributes attributes = kept.attributes(name);
        if (attributes != null && attributes.isDirectory() && which.test(name)) {
          kept.removeTree(name, DEPTH_MAX);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException none) {
      log.debug("nothing is kept of {}", workload);
    } catch (IOException e) {
      throw new UncheckedIOException("the answers of a workload cannot be removed", e);
    }
  }

  Optional<String> get(AttemptId attempt, String call) {
    try (OpenDirectory kept = OpenDirectory.of(calls.resolve(attempt.workload()));
        OpenDirectory answers = kept.enter(nameOf(attempt))) {
      @Nullable String answer = DiskChannel.read(answers, call);
      return Optional.ofNullable(answer);
    } catch (NoSuchFileException | NotDirectoryException none) {
      return Optional.empty();
    } catch (FileSystemException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("an answer cannot be read", e);
    }
  }
}
