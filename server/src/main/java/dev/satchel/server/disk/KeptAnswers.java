package dev.satchel.server.disk;

import dev.satchel.core.call.JavaOfEngines;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Remains;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an object answered, from its end on: the directory is moved out of the attempt's, which
 * goes. The job filled it as it liked, so that no link is followed and no more is kept than a
 * limit.
 */
final class KeptAnswers {
  private static final Logger log = LoggerFactory.getLogger(KeptAnswers.class);
  private static final Path ANSWERS = Path.of("answers");
  private static final int FILES_MAX = 10_000;
  private static final long BYTES_MAX = 512L << 20;
  private static final int DEPTH_MAX = 16;

  private final Path calls;

  KeptAnswers(Path calls) {
    this.calls = calls;
  }

  private static Path nameOf(AttemptId attempt) {
    return Path.of("answers-" + attempt.number());
  }

  /** Takes them, where there are any; what cannot be taken is lost, and said. */
  void take(AttemptId attempt, Remains remains) {
    Path name = nameOf(attempt);
    try (OpenDirectory work = OpenDirectory.of(remains.directory());
        OpenDirectory own = work.enter(Path.of(JavaOfEngines.DIRECTORY));
        OpenDirectory kept = OpenDirectory.of(calls.resolve(attempt.workload()))) {
      if (isEmpty(own) || kept.attributes(name) != null) {
        return;
      }
      own.stream().move(ANSWERS, kept.stream(), name);
      limit(kept, name);
    } catch (NoSuchFileException | NotDirectoryException none) {
      log.debug("{} left no answers", attempt);
    } catch (IOException e) {
      log.warn("the answers of {} cannot be kept: {}", attempt, e.getMessage());
    }
  }

  private static boolean isEmpty(OpenDirectory own) throws IOException {
    try (OpenDirectory answers = own.enter(ANSWERS)) {
      return !answers.stream().iterator().hasNext();
    }
  }

  private static void limit(OpenDirectory kept, Path name) throws IOException {
    try (OpenDirectory answers = kept.enter(name)) {
      int files = 0;
      long bytes = 0;
      for (Path entry : answers.stream()) {
        Path each = entry.getFileName();
        BasicFileAttributes attributes = answers.attributes(each);
        if (attributes != null && attributes.isDirectory()) {
          answers.removeTree(each, DEPTH_MAX);
        } else if (attributes != null) {
          files++;
          bytes += attributes.size();
          if (!attributes.isRegularFile() || files > FILES_MAX || bytes > BYTES_MAX) {
            answers.stream().deleteFile(each);
          }
        }
      }
    }
  }

  /** Removes all that was taken of a workload. */
  void remove(String workload) {
    try (OpenDirectory kept = OpenDirectory.of(calls.resolve(workload))) {
      for (Path entry : kept.stream()) {
        Path name = entry.getFileName();
        BasicFileAttributes attributes = kept.attributes(name);
        if (attributes != null && attributes.isDirectory()) {
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
