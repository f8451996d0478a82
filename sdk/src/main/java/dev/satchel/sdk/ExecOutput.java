package dev.satchel.sdk;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One output of a command, between the thread that receives it and whoever reads it. */
final class ExecOutput extends InputStream {
  private static final int HELD_MAX_BYTES = 1024 * 1024;

  private final Deque<byte[]> parts = new ArrayDeque<>();
  private int held;
  private int readOfFirst;
  private boolean ended;
  private boolean closed;
  private @Nullable SatchelException failure; // Null where it ended as it should.

  /** Takes bytes; waits while too many are unread. */
  synchronized void add(byte[] bytes) throws InterruptedException {
    while (held > HELD_MAX_BYTES && !closed) {
      wait();
    }
    if (bytes.length > 0 && !closed) {
      parts.add(bytes);
      held += bytes.length;
      notifyAll();
    }
  }

  /**
   * Says that nothing follows.
   *
   * @param why null where it ended as it should
   */
  synchronized void end(@Nullable SatchelException why) {
    ended = true;
    failure = why;
    notifyAll();
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
  public synchronized int read(byte[] into, int from, int length) {
    Objects.checkFromIndexSize(from, length, into.length);
    if (length == 0) {
      return 0;
    }
    awaitPart();
    byte[] first = parts.peek();
    if (first == null) {
      if (failure != null) {
        throw failure;
      }
      return -1;
    }
    int read = Math.min(length, first.length - readOfFirst);
    System.arraycopy(first, readOfFirst, into, from, read);
    readOfFirst += read;
    if (readOfFirst == first.length) {
      parts.remove();
      held -= first.length;
      readOfFirst = 0;
      notifyAll();
    }
    return read;
  }

  private void awaitPart() {
    try {
      while (parts.isEmpty() && !ended && !closed) {
        wait();
      }
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      throw new Cancelled("The thread that read a command's output was interrupted.");
    }
  }

  @Override
  public synchronized int available() {
    return held - readOfFirst;
  }

  /** What comes from now on is dropped; the command runs on. */
  @Override
  public synchronized void close() {
    closed = true;
    parts.clear();
    held = 0;
    readOfFirst = 0;
    notifyAll();
  }
}
