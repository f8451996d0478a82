package dev.satchel.server.disk;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.call.CallChannel;
import dev.satchel.core.call.JavaOfEngines;
import dev.satchel.core.workload.Remains;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calls as files in the directory of an attempt, which only its job and this server see. The job
 * may put there whatever it likes, so that no link is followed. Nothing is kept here: what was sent
 * before a restart is answered after it.
 */
public final class DiskChannel implements CallChannel {
  private static final int WAITING_MAX = 1000;
  private static final Path CALLS = Path.of("calls");
  private static final Path ANSWERS = Path.of("answers");
  private static final Path CANCELS = Path.of("cancels");

  /** The time of an answer that was fetched; those go first where room is needed. */
  private static final FileTime FETCHED = FileTime.fromMillis(0);

  private static final FileAttribute<Set<PosixFilePermission>> READABLE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

  /** Between two looks for an answer: short at first, for methods that are quick. */
  private static final Duration FIRST_PAUSE = Duration.ofNanos(200_000);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

  private interface Act<T> {
    T in(OpenDirectory directory) throws IOException;
  }

  /** Whoever sends it again, for want of an answer, changes nothing. */
  @Override
  public void send(Remains place, String id, byte[] request) {
    if (answered(place, id)) {
      return;
    }
    boolean sent =
        within(
            place,
            CALLS,
            calls -> {
              write(place, calls, id, request);
              return true;
            },
            false);
    if (!sent) {
      throw new RefusedException(
          Reason.ATTEMPT_NOT_RUNNING, "The object of this workload has just ended.");
    }
  }

  private static boolean answered(Remains place, String id) {
    return within(place, ANSWERS, answers -> answers.attributes(Path.of(id)) != null, false);
  }

  private static void write(Remains place, OpenDirectory calls, String id, byte[] request)
      throws IOException {
    Path name = Path.of(id);
    if (calls.attributes(name) != null) {
      return;
    }
    requireRoom(calls);
    Path made = Path.of(id + "." + RandomIds.shortId() + ".new");
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    boolean moved = false;
    try {
      try (SeekableByteChannel file = calls.stream().newByteChannel(made, options, READABLE)) {
        ByteBuffer bytes = ByteBuffer.wrap(request);
        while (bytes.hasRemaining()) {
          int _ = file.write(bytes);
        }
      }
      if (calls.attributes(name) == null && !answered(place, id)) {
        calls.stream().move(made, calls.stream(), name);
        moved = true;
      }
    } catch (IOException e) {
      throw DiskVolumeFiles.full(e);
    } finally {
      if (!moved) {
        discard(calls, made);
      }
    }
  }

  private static void discard(OpenDirectory calls, Path made) {
    try {
      calls.stream().deleteFile(made);
    } catch (IOException e) {
      // It was not made, or goes with the attempt.
    }
  }

  private static void requireRoom(OpenDirectory calls) {
    int waiting = 0;
    for (Path _ : calls.stream()) {
      waiting++;
      if (waiting >= WAITING_MAX) {
        break;
      }
    }
    if (waiting >= WAITING_MAX) {
      throw new RefusedException(
          Reason.TOO_MANY_CALLS,
          WAITING_MAX
              + " calls wait for this object, which answers one after the other; no more"
              + " are taken until some are answered.");
    }
  }

  @Override
  public void cancel(Remains place, String id) {
    if (!answered(place, id)) {
      boolean _ =
          within(
              place,
              CANCELS,
              cancels -> {
                mark(cancels, Path.of(id));
                return true;
              },
              false);
    }
  }

  private static void mark(OpenDirectory cancels, Path name) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      cancels.stream().newByteChannel(name, options, READABLE).close();
    } catch (FileAlreadyExistsException done) {
      return; // Somebody else has asked.
    } catch (IOException e) {
      throw DiskVolumeFiles.full(e);
    }
  }

  @Override
  public boolean waits(Remains place, String id) {
    return within(place, CALLS, calls -> calls.attributes(Path.of(id)) != null, false);
  }

  @Override
  public Optional<String> await(Remains place, String id, Duration timeout)
      throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    long pause = FIRST_PAUSE.toNanos();
    while (true) {
      Optional<String> answer = answer(place, id);
      long left = end - System.nanoTime();
      if (answer.isPresent() || left <= 0) {
        return answer;
      }
      Thread.sleep(Duration.ofNanos(Math.min(pause, left)));
      pause = Math.min(pause + pause / 4, LONGEST_PAUSE.toNanos());
    }
  }

  private static Optional<String> answer(Remains place, String id) {
    return Optional.ofNullable(within(place, ANSWERS, answers -> fetched(answers, id), null));
  }

  private static @Nullable String fetched(OpenDirectory answers, String id) throws IOException {
    String answer = read(answers, id);
    if (answer != null) {
      try {
        answers.stream()
            .getFileAttributeView(
                Path.of(id), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .setTimes(FETCHED, null, null);
      } catch (IOException e) {
        // It has gone by now, or is another user's: it then counts as one that nobody has.
      }
    }
    return answer;
  }

  static @Nullable String read(OpenDirectory answers, String id) throws IOException {
    Path name = Path.of(id);
    BasicFileAttributes there = answers.attributes(name);
    if (there == null || !there.isRegularFile() || there.size() > DiskCalls.ANSWER_MAX_BYTES) {
      return null;
    }
    Set<? extends java.nio.file.OpenOption> options = // To write too: else a FIFO would wait.
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    try (SeekableByteChannel file = answers.stream().newByteChannel(name, options)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(there.size(), file.size()));
      while (bytes.hasRemaining() && file.read(bytes) >= 0) {} // Until it is whole.
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    } catch (FileSystemException e) { // It has gone, or is something else by now.
      return null;
    }
  }

  /** Does something in a directory of the attempt's; otherwise where there is none any more. */
  private static <T extends @Nullable Object> T within(
      Remains place, Path inner, Act<T> act, T otherwise) {
    try (OpenDirectory work = OpenDirectory.of(place.directory());
        OpenDirectory own = work.enter(Path.of(JavaOfEngines.DIRECTORY));
        OpenDirectory directory = own.enter(inner)) {
      return act.in(directory);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return otherwise;
    } catch (IOException e) {
      throw new UncheckedIOException("a call cannot be kept", e);
    }
  }
}
