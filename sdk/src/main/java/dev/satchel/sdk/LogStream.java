package dev.satchel.sdk;

import dev.satchel.api.AttemptItem;
import dev.satchel.api.WorkloadDetail;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a workload prints, masked by the server, as it is printed. A lost connection is taken up
 * again at the byte where it broke, also across a restart of the server. It goes from attempt to
 * attempt, and ends with the workload.
 *
 * <p>For one reader; {@link #close} may be called from any thread. Failures are {@link
 * SatchelException}s: {@link Unavailable} where the server stays away for longer than the client
 * puts up with, {@link Cancelled} where the reader is interrupted or the stream closed under it.
 */
public final class LogStream extends InputStream {
  /** The server ends a text that was silent for 50 seconds, so whoever says less has gone. */
  private static final Duration SILENCE = Duration.ofSeconds(75);

  private final Transport transport;
  private final String id;
  private final boolean follow;
  private int attempt;
  private long cursor;
  private int failures;
  private boolean attemptEnded; // Before the current connection was opened: its end is the log's.
  private boolean over;
  private volatile boolean closed;
  private volatile @Nullable Arriving current; // Null between two connections.

  /**
   * @param attempt 0 for the newest
   */
  LogStream(Transport transport, String id, int attempt, long cursor, boolean follow) {
    this.transport = transport;
    this.id = id;
    this.attempt = attempt;
    this.cursor = cursor;
    this.follow = follow;
  }

  /**
   * The attempt whose output was read last.
   *
   * @return from 1; 0 before the first read of a handle that knows none
   */
  public int attempt() {
    return attempt;
  }

  /**
   * Where in the attempt's output this stands.
   *
   * @return the bytes of it that were read
   */
  public long cursor() {
    return cursor;
  }

  /**
   * The output as lines of UTF-8. Close this, not the lines.
   *
   * @return a stream that reads from this one, and may have read ahead of what it has handed out
   */
  public Stream<String> lines() {
    return new BufferedReader(new InputStreamReader(this, StandardCharsets.UTF_8)).lines();
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into) {
    return read(into, 0, into.length);
  }

  @Override
  public int read(byte[] into, int from, int length) {
    Objects.checkFromIndexSize(from, length, into.length);
    if (length == 0) {
      return 0;
    }
    while (true) {
      requireOpen();
      if (over) {
        return -1;
      }
      Arriving arriving = current == null ? connected() : current;
      try {
        int read = arriving.read(into, from, length, SILENCE);
        requireOpen();
        if (read > 0) {
          cursor += read;
          failures = 0;
          return read;
        }
        drop();
        afterConnection();
      } catch (IOException broken) {
        drop();
        pause();
      } catch (InterruptedException asked) {
        throw interrupted();
      }
    }
  }

  /** What the end of an answer means: of a silence, of an attempt, or of the workload. */
  private void afterConnection() {
    if (!follow) {
      over = true;
    } else if (attemptEnded) {
      nextAttempt();
    } else { // Only the end of an answer that was asked for after this is the end of the log.
      attemptEnded = hasEnded(detail(0));
      if (!attemptEnded) {
        pause();
      }
    }
  }

  private void nextAttempt() {
    WorkloadDetail detail = detail(0);
    while (detail.attempt() <= attempt && !Workload.isEnd(detail.state())) {
      detail = detail(1);
    }
    if (detail.attempt() > attempt) {
      attempt++;
      cursor = 0;
      attemptEnded = false;
    } else {
      over = true;
    }
  }

  private boolean hasEnded(WorkloadDetail detail) {
    for (AttemptItem one : detail.attempts()) {
      if (one.number() == attempt) {
        return one.endedAt() != null;
      }
    }
    return true; // Too old to be shown.
  }

  private WorkloadDetail detail(int waitSeconds) {
    Call call = Call.get(Workload.path(id)).with("wait_s", waitSeconds == 0 ? null : waitSeconds);
    return patiently(
        () -> Waiting.on(transport.send(call, answer -> answer.as(WorkloadDetail.class))));
  }

  private Arriving connected() {
    Call call =
        Call.get(Workload.path(id) + "/logs")
            .with("follow", follow ? true : null)
            .with("attempt", attempt == 0 ? null : attempt)
            .with("cursor", cursor == 0 ? null : cursor);
    Arriving arriving = patiently(() -> connect(call));
    current = arriving;
    if (closed) {
      arriving.close();
    }
    return arriving;
  }

  private Arriving connect(Call call) {
    CompletableFuture<HttpResponse<Arriving>> sent = transport.open(call);
    try {
      long limit = transport.settings().timeout().toMillis();
      HttpResponse<Arriving> answer = sent.get(limit, TimeUnit.MILLISECONDS);
      if (answer.statusCode() != 200) {
        throw Refusal.of(answer.statusCode(), answer.body().text()).exception();
      }
      attempt = attempt(answer);
      return answer.body();
    } catch (InterruptedException asked) {
      sent.cancel(true);
      throw interrupted();
    } catch (ExecutionException failed) {
      Throwable why = Transport.unwrapped(failed);
      throw why instanceof SatchelException ours ? ours : transport.unreachable(why, false);
    } catch (TimeoutException | IOException late) {
      sent.cancel(true);
      throw transport.unreachable(late, false);
    }
  }

  private int attempt(HttpResponse<?> answer) {
    String told = answer.headers().firstValue("Satchel-Attempt").orElse("");
    if (!told.matches("[0-9]{1,9}")) {
      throw new RemoteFailure(Refusal.unreadable(answer.statusCode()));
    }
    return Integer.parseInt(told);
  }

  /** Asks again while the server does not answer: it may be starting anew. */
  private <T> T patiently(Supplier<T> request) {
    long begun = System.nanoTime();
    while (true) {
      requireOpen();
      try {
        return request.get();
      } catch (Unavailable | TimedOut failed) {
        if (System.nanoTime() - begun > transport.settings().outage().toNanos()) {
          throw failed;
        }
        pause();
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(Transport.pause(++failures).toNanos());
    } catch (InterruptedException asked) {
      throw interrupted();
    }
  }

  private Cancelled interrupted() {
    close();
    Thread.currentThread().interrupt();
    return new Cancelled("The thread that read the log was interrupted.");
  }

  private void requireOpen() {
    if (closed) {
      throw new Cancelled("This log stream is closed.");
    }
  }

  private void drop() {
    Arriving arriving = current;
    current = null;
    if (arriving != null) {
      arriving.close();
    }
  }

  /** Ends the connection. The workload runs on. */
  @Override
  public void close() {
    closed = true;
    Arriving arriving = current;
    if (arriving != null) {
      arriving.close();
    }
  }

  @Override
  public String toString() {
    return "LogStream[" + id + ", attempt " + attempt + ", byte " + cursor + "]";
  }
}
