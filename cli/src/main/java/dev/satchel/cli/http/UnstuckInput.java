package dev.satchel.cli.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An answer on its way, which may take longer to begin than to go on: a read to which nothing comes
 * for a while ends the connection, and fails. Used by one thread.
 */
final class UnstuckInput extends FilterInputStream {
  private final Duration limit;
  private final ExecutorService reader = Executors.newVirtualThreadPerTaskExecutor();
  private boolean cut;

  /**
   * @param limit how long one read may take
   */
  UnstuckInput(InputStream body, Duration limit) {
    super(body);
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    return in.available() > 0
        ? in.read(into, offset, length)
        : awaited(() -> in.read(into, offset, length));
  }

  /**
   * Interrupting a virtual thread closes the socket from which it reads. Source: {@code
   * java.net.Socket#getInputStream}.
   */
  private int awaited(Callable<Integer> read) throws IOException {
    Future<Integer> begun = reader.submit(read);
    try {
      return begun.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException silent) {
      cut = begun.cancel(true);
      throw new SocketTimeoutException("nothing came for " + limit);
    } catch (InterruptedException asked) {
      cut = begun.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException broken ? broken : new IOException(failed);
    }
  }

  @Override
  public void close() throws IOException {
    reader.shutdownNow();
    if (!cut) { // Else there is nothing left to close.
      in.close();
    }
  }
}
