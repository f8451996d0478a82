package dev.satchel.sdk;

import dev.satchel.sdk.files.PartFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Fetches one file of a volume, from where an earlier copy of it ended. */
final class FileDownload {
  /** What the server may take besides, to read a large file for its digest before it begins. */
  private static final Duration READ_WITHIN = Duration.ofMinutes(10);

  private final Transport transport;
  private final String source;
  private final Path target;

  FileDownload(Transport transport, String source, Path target) {
    this.transport = transport;
    this.source = source;
    this.target = target;
  }

  /**
   * Fetches all of it, from where the connection broke each time that it does.
   *
   * @return false where it is a directory, and nothing was done
   */
  boolean run(Tally tally, String path) {
    try {
      PartFile part = new PartFile(target);
      while (true) {
        SatchelException failure;
        try {
          return isFile(part, tally, path);
        } catch (Unavailable | TimedOut passing) {
          failure = passing;
        }
        int failures = part.failed();
        if (failures > transport.settings().retries()) {
          throw failure;
        }
        TimeUnit.NANOSECONDS.sleep(Transport.pause(failures).toNanos());
      }
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      throw new Cancelled("The thread that copied was interrupted.");
    }
  }

  private boolean isFile(PartFile part, Tally tally, String path)
      throws IOException, InterruptedException {
    long have = part.sizeBytes();
    Call call = Call.get(source);
    HttpResponse<Arriving> answer =
        opened(transport, have == 0 ? call : call.header("Range", "bytes=" + have + "-"));
    try (Arriving bytes = answer.body()) {
      if (isDirectory(answer)) {
        return false;
      }
      boolean goesOn = answer.statusCode() == 206;
      Tally.Part counted = tally.part(path, (goesOn ? have : 0) + length(answer));
      try {
        counted.at(goesOn ? have : 0);
        copy(bytes, part, goesOn, counted);
        if (!part.isWhole(digest(answer))) {
          throw garbled(path);
        }
      } catch (IOException | RuntimeException failed) {
        counted.at(0); // The next one counts it again.
        throw failed;
      }
      counted.end();
      return true;
    }
  }

  private void copy(Arriving bytes, PartFile part, boolean goesOn, Tally.Part counted)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[64 * 1024];
    try (OutputStream out = part.open(goesOn)) {
      for (int read = next(bytes, buffer); read >= 0; read = next(bytes, buffer)) {
        out.write(buffer, 0, read);
        counted.add(read);
      }
    }
  }

  private int next(Arriving bytes, byte[] buffer) throws InterruptedException {
    try {
      return bytes.read(buffer, 0, buffer.length, transport.settings().timeout());
    } catch (IOException broken) { // Of the network: what is there by now is kept.
      throw transport.unreachable(broken, false);
    }
  }

  static Unavailable garbled(String path) {
    return new Unavailable(
        "What arrived of the file " + path + " is not what was sent; get it again.", null);
  }

  /** The digest of the whole file; empty where the server tells none. */
  static String digest(HttpResponse<?> answer) {
    return answer.headers().firstValue("Repr-Digest").orElse("");
  }

  /** A directory is answered as a list, a file as its bytes. */
  static boolean isDirectory(HttpResponse<?> answer) {
    return answer.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
  }

  static long length(HttpResponse<?> answer) {
    return answer.headers().firstValueAsLong("Content-Length").orElse(0);
  }

  /** Opens an answer that says yes, and that can be read while it comes. */
  static HttpResponse<Arriving> opened(Transport transport, Call call)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<Arriving>> sent = transport.open(call);
    try {
      Duration within = transport.settings().timeout().plus(READ_WITHIN);
      HttpResponse<Arriving> answer = sent.get(within.toMillis(), TimeUnit.MILLISECONDS);
      if (answer.statusCode() >= 300) {
        throw Refusal.of(answer.statusCode(), answer.body().text()).exception();
      }
      return answer;
    } catch (ExecutionException failed) {
      Throwable why = Transport.unwrapped(failed);
      throw why instanceof SatchelException ours ? ours : transport.unreachable(why, false);
    } catch (TimeoutException late) {
      throw new TimedOut(call + " has not been answered in time.");
    } finally {
      if (!sent.isDone()) {
        sent.cancel(true);
      }
    }
  }
}
