package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One command inside an attempt, with what it prints masked, each of its outputs by itself. {@link
 * #run} is called once; everything else from any thread.
 */
public final class Exec implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Which of a command's outputs bytes came from. */
  public enum Output {
    STDOUT,
    STDERR
  }

  /** Whoever asked for the command. What it throws ends the command. */
  public interface Caller {
    /** Takes masked bytes of one output, in their order. One call at a time. */
    void take(Output output, byte[] masked) throws IOException;

    /**
     * Told every second, between two calls of the other.
     *
     * @return null to go on; otherwise the end of it
     */
    @Nullable ExecEnd tick() throws IOException;
  }

  private final String id;
  private final AttemptId attempt;
  private final String tokenId;
  private final boolean takesInput;
  private final ExecProcess process;
  private final List<byte[]> masked;
  private final Runnable whenClosed;
  private final long deadline;
  private final ReentrantLock input = new ReentrantLock(true);
  private final CompletableFuture<ExecEnd> cut = new CompletableFuture<>();
  private boolean inputEnded;
  private volatile boolean
      over; // Guarded by the caller: who was told the end is told nothing after it.

  Exec(
      String id,
      AttemptId attempt,
      String tokenId,
      boolean takesInput,
      ExecProcess process,
      Collection<SecretValue> values,
      Duration limit,
      Runnable whenClosed) {
    this.id = id;
    this.attempt = attempt;
    this.tokenId = tokenId;
    this.takesInput = takesInput;
    this.process = process;
    this.masked = MaskedLog.strings(values);
    this.deadline = System.nanoTime() + limit.toNanos();
    this.whenClosed = whenClosed;
  }

  public String id() {
    return id;
  }

  public AttemptId attempt() {
    return attempt;
  }

  /** Whether it runs, and was started by this token inside this workload. */
  boolean isOpenTo(String workload, String token) {
    return !over && attempt.workload().equals(workload) && tokenId.equals(token);
  }

  /**
   * Carries what the command prints to whoever asked, until it has ended.
   *
   * @throws IOException where the caller threw it: nobody is there any more
   */
  public ExecEnd run(Caller caller) throws IOException, InterruptedException {
    CompletableFuture<Void> out = carried(Output.STDOUT, process.stdout(), caller);
    CompletableFuture<Void> err = carried(Output.STDERR, process.stderr(), caller);
    CompletableFuture<ExecEnd> end = // Also where one output fails while the other is silent.
        CompletableFuture.allOf(out, err).thenApplyAsync(both -> awaited(), Exec::inBackground);
    CompletableFuture<?> first = CompletableFuture.anyOf(end, failureOf(out), failureOf(err), cut);
    try {
      return awaited(first, caller);
    } finally {
      synchronized (caller) {
        over = true;
      }
    }
  }

  private ExecEnd awaited(CompletableFuture<?> first, Caller caller)
      throws IOException, InterruptedException {
    while (true) {
      try {
        return (ExecEnd) first.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException running) {
        ExecEnd told = tick(caller);
        if (told != null) {
          return told;
        }
      } catch (ExecutionException failed) {
        throw thrown(failed.getCause());
      }
    }
  }

  private @Nullable ExecEnd tick(Caller caller) throws IOException {
    if (System.nanoTime() > deadline) {
      return ExecEnd.because(
          null, ExecEnd.Cause.TIME_LIMIT, "It ran for as long as a command may, and was ended.");
    }
    synchronized (caller) {
      return caller.tick();
    }
  }

  private ExecEnd awaited() {
    try {
      return process.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CompletableFuture<Void> failureOf(CompletableFuture<Void> output) {
    CompletableFuture<Void> failure = new CompletableFuture<>();
    var _ =
        output.exceptionally(
            why -> {
              failure.completeExceptionally(why);
              return null;
            });
    return failure;
  }

  private CompletableFuture<Void> carried(Output output, InputStream from, Caller caller) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    inBackground(
        () -> {
          try {
            carry(output, from, caller);
            done.complete(null);
          } catch (IOException | RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  private void carry(Output output, InputStream from, Caller caller) throws IOException {
    Masker masker = new Masker(masked, 0);
    byte[] buffer = new byte[CHUNK_BYTES];
    for (int read = read(from, buffer); read >= 0; read = read(from, buffer)) {
      give(output, masker.write(buffer, 0, read), caller);
    }
    give(output, masker.finish(), caller);
  }

  /** What cannot be read any more has ended: a process that is killed loses its outputs. */
  private static int read(InputStream from, byte[] buffer) {
    try {
      return from.read(buffer);
    } catch (IOException ended) {
      return -1;
    }
  }

  private void give(Output output, byte[] bytes, Caller caller) throws IOException {
    synchronized (caller) {
      if (bytes.length > 0 && !over) {
        caller.take(output, bytes);
      }
    }
  }

  /**
   * Gives the command more to read, after what it was given before. Waits where it does not read.
   *
   * @param end whether nothing follows
   * @return how many bytes it was given
   * @throws IOException where what was to be given did not arrive whole
   * @throws RefusedException EXEC_INPUT_CLOSED where it reads nothing, or nothing more
   */
  public long give(InputStream bytes, boolean end) throws IOException {
    input.lock();
    try {
      if (!takesInput) {
        throw inputClosed("This command was started without standard input");
      }
      if (inputEnded) {
        throw inputClosed("The end of this command's standard input was sent already");
      }
      long given = copy(bytes, process.stdin());
      if (end) {
        inputEnded = true;
        closeInput();
      }
      return given;
    } finally {
      input.unlock();
    }
  }

  private static long copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[CHUNK_BYTES];
    long given = 0;
    for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
      try {
        to.write(buffer, 0, read);
        to.flush();
      } catch (IOException closed) {
        throw inputClosed("This command reads nothing any more");
      }
      given += read;
    }
    return given;
  }

  private void closeInput() {
    try {
      process.stdin().close();
    } catch (IOException gone) {
      // Then it reads nothing any more.
    }
  }

  private static RefusedException inputClosed(String why) {
    return new RefusedException(Reason.EXEC_INPUT_CLOSED, why + "; send it no more.");
  }

  /** Ends it from outside; {@link #run} then answers this. */
  void end(ExecEnd why) {
    cut.complete(why);
  }

  /** Ends what still runs of it. */
  @Override
  public void close() {
    whenClosed.run();
    process.close();
  }

  private static IOException thrown(@Nullable Throwable cause) {
    return switch (cause) {
      case IOException gone -> gone;
      case RuntimeException bug -> throw bug;
      case Error bug -> throw bug;
      case null, default -> throw new IllegalStateException(cause);
    };
  }

  private static void inBackground(Runnable work) {
    Thread.ofPlatform().name("exec").daemon().start(work); // It reads a pipe, which holds a thread.
  }
}
