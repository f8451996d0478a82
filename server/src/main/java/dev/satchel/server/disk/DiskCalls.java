package dev.satchel.server.disk;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.call.JavaOfEngines;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.CallFiles;
import dev.satchel.core.workload.JavaRules;
import dev.satchel.core.workload.JavaSpec;
import dev.satchel.core.workload.Remains;
import dev.satchel.core.workload.Staging;
import dev.satchel.core.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of calls, below one directory each: {@code request} is what the JVM reads, {@code
 * answer} what it left, {@code lib} its class path. In the attempt's own directory all of it lies
 * in {@code .satchel}.
 */
public final class DiskCalls implements CallFiles {
  /** Of an answer. */
  static final long ANSWER_MAX_BYTES = (8L << 20) + 4096;

  private static final String LINKS = "lib";

  private static final long FILE_MAX_BYTES = 1L << 40; // A job has no limit; this is near none.

  private static final Logger log = LoggerFactory.getLogger(DiskCalls.class);

  private final Path directory;
  private final DiskJars jars;
  private final InstantSource clock;
  private final KeptAnswers answers;

  public DiskCalls(Path directory, DiskJars jars, InstantSource clock) {
    this.directory = directory;
    this.jars = jars;
    this.clock = clock;
    this.answers = new KeptAnswers(directory);
    DiskRuns.makePrivate(directory);
  }

  @Override
  public void place(String workload, byte[] request) {
    Path of = directory.resolve(workload);
    DiskRuns.makePrivate(of);
    try {
      Path made = of.resolve("request");
      Files.write(made, request);
      Files.setPosixFilePermissions( // A JVM may open its standard input again by name.
          made, PosixFilePermissions.fromString("r--r--r--"));
      DiskRuns.sync(made);
      DiskRuns.sync(of);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the request of a call cannot be kept", DiskVolumeFiles.full(e));
    }
  }

  @Override
  public Staging staging(Workload workload, JavaSpec java) {
    Path of = directory.resolve(workload.id());
    return new Staging() {
      @Override
      public void fill(Path work) throws IOException {
        Files.deleteIfExists(of.resolve("answer"));
        new ClassPathFiles(jars, workload.workspace())
            .lay(java, work.resolve(JavaOfEngines.DIRECTORY), of.resolve(LINKS));
      }

      @Override
      public Map<String, Path> shared() throws IOException {
        return Map.of(ClassPathFiles.SHARED, of.resolve(LINKS).toRealPath());
      }

      @Override
      public @Nullable Path input() {
        return of.resolve("request");
      }

      @Override
      public boolean keepsOutput() {
        return false; // What it prints is log, as of a job.
      }

      @Override
      public long fileMaxBytes() {
        return FILE_MAX_BYTES;
      }
    };
  }

  @Override
  public List<String> missing(String workspace, JavaSpec java) {
    return java.classPath().stream()
        .filter(digest -> JavaRules.isDigest(digest) && !jars.use(workspace, digest))
        .toList();
  }

  @Override
  public Optional<String> answer(AttemptId attempt, String call) {
    return answers.get(attempt, call);
  }

  @Override
  public List<AttemptId> attempts(String workload) {
    return answers.attempts(workload);
  }

  @Override
  public void removeAttempts(Collection<AttemptId> attempts) {
    for (AttemptId attempt : attempts) {
      try {
        answers.remove(attempt);
      } catch (UncheckedIOException e) { // The next sweep tries again; the others go.
        log.warn("the answers of {} cannot be removed: {}", attempt, e.getCause() + "");
      }
    }
  }

  @Override
  public void collect(AttemptId attempt, Remains remains) {
    release(List.of(attempt.workload()));
    answers.take(attempt, remains);
    Path inner = Path.of(JavaOfEngines.DIRECTORY);
    Path left = remains.directory().resolve(inner).resolve("answer");
    if (!DiskRuns.isReached(remains.directory(), inner)
        || !Files.isRegularFile(left, LinkOption.NOFOLLOW_LINKS)) {
      throw RefusedException.invalid(
          "answer", "It left no answer: what it called must have ended its JVM.");
    }
    Path of = directory.resolve(attempt.workload());
    try {
      if (Files.size(left) > ANSWER_MAX_BYTES) {
        throw new RefusedException(
            Reason.TOO_LARGE,
            "Its answer is larger than an answer may be: " + ANSWER_MAX_BYTES + " bytes.");
      }
      Path made = of.resolve("answer.new");
      Files.write(made, readable(Files.readAllBytes(left)));
      DiskRuns.sync(made);
      Files.move(made, of.resolve("answer"), StandardCopyOption.ATOMIC_MOVE);
      DiskRuns.sync(of);
    } catch (IOException e) {
      throw new UncheckedIOException("the answer of a call cannot be kept", e);
    }
  }

  /** They would keep the room of jars that are removed; the next attempt has others made. */
  private void removeLinks(String workload) {
    try {
      DiskCode.removeTree(directory.resolve(workload).resolve(LINKS));
    } catch (IOException e) {
      throw new UncheckedIOException("the class path of a call cannot be removed", e);
    }
  }

  private static byte[] readable(byte[] answer) {
    try {
      var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(answer));
      return answer;
    } catch (CharacterCodingException e) {
      throw RefusedException.invalid("answer", "Its answer is no text.");
    }
  }

  @Override
  public Optional<String> answer(String workload) {
    try {
      return Optional.of(Files.readString(directory.resolve(workload).resolve("answer")));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("the answer of a call cannot be read", e);
    }
  }

  @Override
  public List<String> workloads(String after, int limit) {
    return DiskInputs.settled(directory, clock, after, limit);
  }

  @Override
  public void release(Collection<String> ended) {
    for (String workload : ended) {
      try {
        removeLinks(workload);
      } catch (UncheckedIOException e) { // The next sweep tries again; what ended has its answer.
        log.warn("the class path of {} cannot be let go: {}", workload, e.getCause() + "");
      }
    }
  }

  @Override
  public void remove(Collection<String> workloads) {
    for (String workload : workloads) {
      try {
        answers.remove(workload);
        removeLinks(workload);
        DiskInputs.removeAll(directory, List.of(workload));
      } catch (UncheckedIOException e) { // The next sweep tries again; the others go.
        log.warn("the files of {} cannot be removed: {}", workload, e.getCause() + "");
      }
    }
  }
}
