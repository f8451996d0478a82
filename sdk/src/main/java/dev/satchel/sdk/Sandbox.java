package dev.satchel.sdk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A place of one's own to run commands in: a container of an image, or without one a job on the
 * server's machine. It has what it was started with, its secrets, volumes and buckets, and ends
 * with its {@link #close}, or when its {@code timeout} is up: an hour unless that was said.
 * Immutable and thread-safe.
 */
public final class Sandbox extends Standing {
  private static final int OUTPUT_MAX_BYTES = 16 << 20;

  Sandbox(Transport transport, String id) {
    super(transport, id);
  }

  /**
   * Starts a command, without anything to read.
   *
   * @param command the program and what it is told; no shell reads these words
   * @return the command, with its streams and its exit code; to be closed
   * @throws Conflict where the sandbox has ended
   */
  public Exec exec(String... command) {
    return workload().exec(command);
  }

  /**
   * Starts a command.
   *
   * @param request what runs, and whether it reads
   * @return the command, with its streams and its exit code; to be closed
   * @throws Conflict where the sandbox has ended
   */
  public Exec exec(ExecRequest request) {
    return workload().exec(request);
  }

  /**
   * Runs a command to its end, at most as long as the sandbox lives.
   *
   * @param command the program and what it is told; no shell reads these words
   * @return how it ended; a code that is not 0 throws nothing
   * @throws Conflict where the sandbox has ended
   * @throws Invalid where it prints more than 16 MiB; {@link #exec} streams any amount
   */
  public ExecResult run(String... command) {
    return run(Duration.ofDays(1), command);
  }

  /**
   * As {@link #run(String...)}, for some time.
   *
   * @param limit how long
   * @param command the program and what it is told
   * @return how it ended
   * @throws TimedOut where it has not ended by then; it is then ended
   */
  public ExecResult run(Duration limit, String... command) {
    try (Exec exec = exec(command)) {
      CompletableFuture<byte[]> out = read(exec.stdout());
      CompletableFuture<byte[]> err = read(exec.stderr());
      Transport.atEnd(exec.awaitAsync(limit), (how, late) -> stopAt(late, out, err));
      String printed = text(Waiting.on(out));
      String complained = text(Waiting.on(err));
      return new ExecResult(exec.exitCode(limit), printed, complained);
    }
  }

  private static void stopAt(
      @Nullable Throwable late, CompletableFuture<byte[]> out, CompletableFuture<byte[]> err) {
    if (late != null) {
      out.completeExceptionally(late);
      err.completeExceptionally(late);
    }
  }

  /** By a thread of its own: whoever waits for one output must not keep the other waiting. */
  private static CompletableFuture<byte[]> read(InputStream from) {
    CompletableFuture<byte[]> all = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                byte[] bytes = from.readNBytes(OUTPUT_MAX_BYTES + 1);
                if (bytes.length > OUTPUT_MAX_BYTES) {
                  throw new Invalid(
                      "The command printed more than "
                          + OUTPUT_MAX_BYTES
                          + " bytes; start it by exec, and read its streams.",
                      null);
                }
                all.complete(bytes);
              } catch (IOException e) {
                all.completeExceptionally(new UncheckedIOException(e));
              } catch (RuntimeException e) {
                all.completeExceptionally(e);
              }
            },
            "satchel-sandbox");
    reader.setDaemon(true);
    reader.start();
    return all;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * Its files.
   *
   * @return of this sandbox
   */
  public SandboxFiles files() {
    return new SandboxFiles(this);
  }
}
