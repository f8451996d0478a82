package dev.satchel.server.docker;

import dev.satchel.core.workload.LogSink;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what one container prints to its sink: by raw bytes, never by times. Each stream of the
 * engine's begins at the first byte; what the sink was given before is passed over. The CLI prints
 * its own last words where the container's errors are printed too: they are held back, and dropped
 * where it failed.
 */
final class LogFollower {
  private static final Logger log = LoggerFactory.getLogger(LogFollower.class);
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int FULL_BYTES = 16 * 1024;
  private static final Duration GATHERED = Duration.ofMillis(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration SHORT_PAUSE = Duration.ofMillis(100);

  /** How far a container is. */
  enum Stage {
    RUNS,
    ENDED,
    /** There is nothing to be read any more. */
    GONE
  }

  /** Opens the engine's stream of a container's output. */
  interface Source {
    /**
     * Opens it at the first byte.
     *
     * @param follow whether to wait for more
     */
    Process open(boolean follow) throws IOException;
  }

  private final Source source;
  private final Supplier<Stage> stage;
  private final BooleanSupplier closed;
  private final LogSink sink;
  private final CountDownLatch abandoned = new CountDownLatch(1);
  private volatile @Nullable Process stream; // Null while none is read.
  private long readAt = System.nanoTime();
  private long given;
  private long position; // In the stream that is being read.

  /**
   * @param stage how far the container is; throws where that is not known
   * @param closed whether the server stops, and the next one goes on
   */
  LogFollower(Source source, Supplier<Stage> stage, BooleanSupplier closed, LogSink sink) {
    this.source = source;
    this.stage = stage;
    this.closed = closed;
    this.sink = sink;
  }

  void run() {
    sink.whenAbandoned(this::abandon);
    given = sink.rawOffset();
    while (!stops()) {
      try {
        Stage now = stage.get(); // Asked before the stream that is then complete.
        boolean whole = now == Stage.GONE || read(source.open(now == Stage.RUNS));
        if (whole && now != Stage.RUNS) {
          retried(sink::end);
          return;
        }
        pause(whole ? SHORT_PAUSE : PAUSE);
      } catch (IOException | RuntimeException e) { // Whoever ends here ends the log for ever.
        log.debug("Reading the output of a container failed; it is tried again.", e);
        pause(PAUSE);
      }
    }
  }

  /** Ends this, also where it waits for a host that may never answer again. */
  private void abandon() {
    abandoned.countDown();
    Process reading = stream;
    if (reading != null) {
      reading.destroyForcibly();
    }
  }

  private boolean stops() {
    return closed.getAsBoolean() || abandoned.getCount() == 0;
  }

  /** Reads one stream to its end; answers whether it was a whole one. */
  private boolean read(Process process) throws IOException {
    stream = process;
    try (InputStream out = process.getInputStream()) {
      position = 0;
      LastWords words = new LastWords(this::give);
      byte[] buffer = new byte[BUFFER_BYTES];
      if (stops()) { // Before the stream was there to be ended.
        return false;
      }
      for (int length = out.read(buffer); length >= 0; length = out.read(buffer)) {
        words.take(buffer, length);
        gather(length);
        if (stops()) {
          return false;
        }
      }
      boolean whole = process.waitFor() == 0;
      words.end(whole);
      return whole;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.destroyForcibly();
      stream = null;
    }
  }

  /** The CLI writes line by line: where many come, they are taken together. */
  private void gather(int length) throws InterruptedException {
    boolean many = System.nanoTime() - readAt < GATHERED.toNanos();
    if (many && length < FULL_BYTES) {
      Thread.sleep(GATHERED);
    }
    readAt = System.nanoTime();
  }

  /** Gives what follows in this stream, save what was given before. */
  private void give(byte[] bytes, int length) {
    int known = Math.clamp(given - position, 0, length);
    position += length;
    if (known < length) {
      retried(() -> sink.write(bytes, known, length - known));
      given += length - known;
    }
  }

  private void retried(Runnable act) {
    while (!stops()) {
      try {
        act.run();
        return;
      } catch (RuntimeException e) {
        log.warn("Storing the output of an attempt failed; it is tried again.", e);
        pause(PAUSE);
      }
    }
  }

  private void pause(Duration time) {
    try {
      boolean _ = abandoned.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
