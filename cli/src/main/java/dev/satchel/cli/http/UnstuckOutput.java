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
    watched(() -> out.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    watched(out::flush);
  }

  @Override
  public void close() throws IOException {
    try {
      watched(out::close); // It sends what is left, too.
    } finally {
      watch.interrupt();
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private void watched(Step step) throws IOException {
    since = System.nanoTime();
    writing = true;
    try {
      step.run();
    } finally {
      writing = false;
    }
  }
}
