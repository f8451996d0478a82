package dev.satchel.sdk;

import dev.satchel.api.ExecEnded;
import dev.satchel.api.ExecFrame;
import dev.satchel.api.ExecStarted;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs inside a running attempt, beside the job: with what the job was given, as its
 * user. What it prints of secrets is masked by the server, and is in no log.
 *
 * <p>As of a {@link Process}, both outputs are to be read while it runs, or closed: of each a
 * mebibyte waits for its reader, then the command waits. It ends with its {@link #close} and with
 * this program; a connection that breaks ends it too, and is not taken up again. Thread-safe.
 */
public final class Exec implements AutoCloseable {
  private static final Duration SILENCE = Duration.ofSeconds(6L * ExecFrame.SILENCE_MAX_S);

  private final Transport transport;
  private final String workload;
  private final ExecStarted started;
  private final Arriving arriving;
  private final ExecOutput stdout = new ExecOutput();
  private final ExecOutput stderr = new ExecOutput();
  private final CompletableFuture<ExecEnded> ended = new CompletableFuture<>();
  private final OutputStream stdin;

  private Exec(
      Transport transport,
      String workload,
      ExecStarted started,
      Arriving arriving,
      boolean hasStdin) {
    this.transport = transport;
    this.workload = workload;
    this.started = started;
    this.arriving = arriving;
    String path = Workload.path(workload) + "/exec/" + Call.segment(started.exec()) + "/input";
    this.stdin = hasStdin ? new ExecInput(transport, path, ended) : OutputStream.nullOutputStream();
  }

  /** Starts a command; the future is done once it runs. */
  static CompletableFuture<Exec> start(Transport transport, String workload, ExecRequest request) {
    Call call = Call.post(Workload.path(workload) + "/exec", request.body());
    CompletableFuture<Exec> result =
        transport.promised(
            transport.settings().timeout(), () -> call + " has not been answered in time.");
    Thread receiver =
        new Thread(
            () -> receive(transport, workload, call, request.hasStdin(), result), "satchel-exec");
    receiver.setDaemon(true);
    receiver.start();
    return result;
  }

  private static void receive(
      Transport transport,
      String workload,
      Call call,
      boolean hasStdin,
      CompletableFuture<Exec> result) {
    try (Arriving arriving = opened(transport, call)) {
      InputStream frames = stream(arriving);
      ExecFrame first = ExecFrame.read(frames);
      if (first == null || first.type() != ExecFrame.STARTED) {
        throw new RemoteFailure(Refusal.unreadable(200));
      }
      Exec exec = new Exec(transport, workload, json(first, ExecStarted.class), arriving, hasStdin);
      if (result.complete(exec)) { // Else nobody waits any more, and it is ended.
        exec.receive(frames);
      }
    } catch (IOException | ExecutionException | TimeoutException broken) {
      Throwable why = Transport.unwrapped(broken);
      result.completeExceptionally(
          why instanceof SatchelException ours ? ours : transport.unreachable(why, true));
    } catch (RuntimeException wrong) {
      result.completeExceptionally(wrong);
    } catch (InterruptedException asked) {
      result.completeExceptionally(new Cancelled("The thread that received was interrupted."));
    }
  }

  private static Arriving opened(Transport transport, Call call)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<HttpResponse<Arriving>> sent = transport.open(call);
    try {
      long limit = transport.settings().timeout().toMillis();
      HttpResponse<Arriving> answer = sent.get(limit, TimeUnit.MILLISECONDS);
      if (answer.statusCode() != 200) {
        try (Arriving body = answer.body()) {
          throw Refusal.of(answer.statusCode(), body.text()).exception();
        }
      }
      return answer.body();
    } catch (TimeoutException late) {
      sent.cancel(true);
      throw late;
    }
  }

  private static InputStream stream(Arriving arriving) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        try { // The JDK's readNBytes asks for nothing once it has all, and must not wait for more.
          return length == 0 ? 0 : arriving.read(into, from, length, SILENCE);
        } catch (InterruptedException asked) {
          throw new InterruptedIOException();
        }
      }
    };
  }

  private static <T extends Record> T json(ExecFrame frame, Class<T> type) {
    return new Answer(200, new String(frame.payload(), StandardCharsets.UTF_8)).as(type);
  }

  private void receive(InputStream frames) {
    try {
      for (ExecFrame frame = ExecFrame.read(frames);
          frame != null;
          frame = ExecFrame.read(frames)) {
        switch (frame.type()) {
          case ExecFrame.STDOUT -> stdout.add(frame.payload());
          case ExecFrame.STDERR -> stderr.add(frame.payload());
          case ExecFrame.ENDED -> {
            end(json(frame, ExecEnded.class), null);
            return;
          }
          default -> {} // The server is there; or a newer one says something else.
        }
      }
      end(null, transport.unreachable(new IOException("no end"), true));
    } catch (IOException | InterruptedException broken) {
      end(null, transport.unreachable(broken, true));
    } catch (RuntimeException wrong) {
      end(null, new RemoteFailure(Refusal.unreadable(200)));
    }
  }

  private void end(@Nullable ExecEnded how, @Nullable SatchelException why) {
    stdout.end(why);
    stderr.end(why);
    if (how != null) {
      ended.complete(how);
    } else if (why != null) {
      ended.completeExceptionally(why);
    }
  }

  /**
   * The number of the attempt that it runs in.
   *
   * @return from 1
   */
  public int attempt() {
    return started.attempt();
  }

  /**
   * Its standard output, byte for byte, save that values are masked.
   *
   * @return the same stream each time; failures are {@link SatchelException}s
   */
  public InputStream stdout() {
    return stdout;
  }

  /**
   * Its standard error, byte for byte, save that values are masked.
   *
   * @return the same stream each time; failures are {@link SatchelException}s
   */
  public InputStream stderr() {
    return stderr;
  }

  /**
   * Its standard input. What is written is sent with {@link OutputStream#flush}, or where much has
   * come together; {@link OutputStream#close} sends the end. Both wait until the command has read
   * what came before.
   *
   * @return the same stream each time; it drops everything where the command was started without
   *     {@link ExecRequest#withStdin}. Failures are {@link SatchelException}s: {@link Conflict} or
   *     {@link NotFound} where the command reads nothing any more
   */
  public OutputStream stdin() {
    return stdin;
  }

  /**
   * Waits for its end.
   *
   * @param limit how long
   * @return how it ended; {@link ExecEnded#exitCode} is null where nobody knows its exit code, and
   *     {@link ExecEnded#reason} then says why
   * @throws TimedOut where it has not ended by then; it runs on
   * @throws Unavailable where the connection broke, which ends it too
   */
  public ExecEnded await(Duration limit) {
    return Waiting.on(awaitAsync(limit));
  }

  /**
   * As {@link #await}, without a thread that waits.
   *
   * @param limit how long
   * @return what await would answer or throw
   */
  public CompletableFuture<ExecEnded> awaitAsync(Duration limit) {
    CompletableFuture<ExecEnded> result =
        transport.promised(limit, () -> this + " has not ended in time.");
    Transport.atEnd(
        ended,
        (how, why) -> {
          if (how != null) {
            result.complete(how);
          } else if (why != null) {
            result.completeExceptionally(Transport.unwrapped(why));
          }
        });
    return result;
  }

  /**
   * Waits for its end, and answers its exit code.
   *
   * @param limit how long
   * @return the command's own; 128 + n where signal n ended it
   * @throws TimedOut where it has not ended by then; it runs on
   * @throws Unavailable where it ended and nobody knows how, or the connection broke
   */
  public int exitCode(Duration limit) {
    ExecEnded how = await(limit);
    Integer code = how.exitCode();
    if (code == null) {
      throw new Unavailable(
          "The command ended without an exit code that is known: " + how.reason(), null);
    }
    return code;
  }

  /** Ends it, unless it has ended: within seconds, as far as the engine can. */
  @Override
  public void close() {
    SatchelException why = new Cancelled("This command was closed.");
    if (ended.completeExceptionally(why)) {
      stdout.end(why);
      stderr.end(why);
    }
    arriving.close();
    stdout.close();
    stderr.close();
  }

  @Override
  public String toString() {
    return "Exec[" + workload + ", attempt " + started.attempt() + "]";
  }
}
