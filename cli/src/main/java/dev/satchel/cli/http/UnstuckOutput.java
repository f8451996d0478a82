package dev.satchel.cli.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * A body on its way. A write has no time limit of its own: one that the other side has taken
 * nothing of for a while ends the connection, and fails. Used by one thread.
 */
final class UnstuckOutput extends FilterOutputStream {
  private static final Duration CHECKED_EACH = Duration.ofMillis(100);

  private final Thread watch;
  private volatile long since;
  private volatile boolean writing;

  /**
   * @param limit how long one write may take
   * @param end closes the connection, so that the write fails
   */
  UnstuckOutput(OutputStream body, Duration limit, Runnable end) {
    super(body);
    this.watch = Thread.ofVirtual().name("upload-watch").start(() -> watch(limit.toNanos(), end));
  }

  private void watch(long limit, Runnable end) {
    try {
      while (!writing || System.nanoTime() - since < limit) {
        Thread.sleep(CHECKED_EACH);
      }
      end.run();
    } catch (InterruptedException done) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    since = System.nanoTime();
    writing = true;
    try {
      out.write(bytes, offset, length);
    } finally {
      writing = false;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      super.close();
    } finally {
      watch.interrupt();
    }
  }
}
