package dev.satchel.core.workload;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A sink that keeps what it is given, in memory. Thread-safe. */
public final class RecordingLogSink implements LogSink {
  private final long from;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CountDownLatch ended = new CountDownLatch(1);
  private Runnable whenAbandoned = () -> {}; // Guarded by this.

  public RecordingLogSink() {
    this(0);
  }

  /** A sink that has stored this many bytes in an earlier life. */
  public RecordingLogSink(long from) {
    this.from = from;
  }

  @Override
  public synchronized long rawOffset() {
    return from + bytes.size();
  }

  @Override
  public synchronized void write(byte[] raw, int offset, int length) {
    bytes.write(raw, offset, length);
  }

  @Override
  public void end() {
    if (ended.getCount() == 0) {
      throw new IllegalStateException("ended twice");
    }
    ended.countDown();
  }

  @Override
  public synchronized void whenAbandoned(Runnable told) {
    whenAbandoned = told;
  }

  /** Says that nobody wants what is written any more. */
  public synchronized void abandon() {
    whenAbandoned.run();
  }

  public boolean ended() {
    return ended.getCount() == 0;
  }

  /** What it was given in this life so far. */
  public synchronized byte[] bytes() {
    return bytes.toByteArray();
  }

  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /** What it was given, once nothing will follow. */
  public byte[] whole() {
    try {
      if (!ended.await(Duration.ofSeconds(20).toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the log was not ended; so far: " + bytes().length + " bytes");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return bytes();
  }
}
