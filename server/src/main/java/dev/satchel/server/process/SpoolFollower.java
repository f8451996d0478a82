package dev.satchel.server.process;

import dev.satchel.core.workload.LogSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what one attempt prints from its spool to its sink, and frees what the sink has stored. A
 * write that the sink refuses is tried again until it takes it: the spool keeps what is not stored.
 */
final class SpoolFollower {
  private static final Logger log = LoggerFactory.getLogger(SpoolFollower.class);
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final long FREE_EACH_BYTES = 4L * 1024 * 1024;
  private static final long SCARCE_BYTES = 4L * 1024 * 1024;
  private static final int PAGE_BYTES = 4096;
  private static final long SHORTEST_WAIT_MILLIS = 2;
  private static final long LONGEST_WAIT_MILLIS = 50;

  private final Supplier<@Nullable Path> spool;
  private final BooleanSupplier over;
  private final BooleanSupplier closed;
  private final LogSink sink;
  private @Nullable Path opened; // Null until the spool is there.
  private long read;
  private long freed;
  private volatile boolean abandoned;

  /**
   * @param spool where the output is; null as long as that is not known
   * @param over whether nothing will be added to the spool any more
   * @param closed whether the server stops, and the next one goes on
   */
  SpoolFollower(
      Supplier<@Nullable Path> spool, BooleanSupplier over, BooleanSupplier closed, LogSink sink) {
    this.spool = spool;
    this.over = over;
    this.closed = () -> abandoned || closed.getAsBoolean();
    this.sink = sink;
  }

  void run() {
    sink.whenAbandoned(() -> abandoned = true);
    read = sink.rawOffset();
    freed = 0;
    while (!closed.getAsBoolean()) {
      try {
        if (follow()) {
          retried(sink::end);
          return;
        }
      } catch (IOException | RuntimeException e) { // Whoever ends here ends the log for ever.
        log.warn("Reading the output of an attempt failed; it is tried again.", e);
      }
      pause(1000);
    }
  }

  /** Reads to the end. False where the server stops first. */
  private boolean follow() throws IOException {
    FileChannel channel = opened();
    if (channel == null) {
      return !closed.getAsBoolean();
    }
    try (channel) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      long wait = SHORTEST_WAIT_MILLIS;
      while (!closed.getAsBoolean()) {
        boolean last = over.getAsBoolean(); // Asked before the read that finds nothing.
        int length = channel.read(buffer.clear(), read);
        if (length > 0) {
          store(buffer.array(), length);
          wait = SHORTEST_WAIT_MILLIS;
        } else if (last) {
          return true;
        } else {
          freeWhereScarce();
          pause(wait);
          wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
        }
      }
    }
    return false;
  }

  /** Null where the attempt ended without a spool, or the server stops. */
  private @Nullable FileChannel opened() throws IOException {
    long wait = SHORTEST_WAIT_MILLIS;
    while (!closed.getAsBoolean()) {
      boolean last = over.getAsBoolean();
      Path path = spool.get();
      if (path != null) {
        try {
          FileChannel channel = FileChannel.open(path);
          opened = path;
          return channel;
        } catch (NoSuchFileException e) {
          log.trace("The spool is not there yet.");
        }
      }
      if (last) {
        return null;
      }
      pause(wait);
      wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
    }
    return null;
  }

  private void store(byte[] bytes, int length) {
    retried(() -> sink.write(bytes, 0, length));
    read += length;
    Path path = opened;
    if (path != null && stored() - freed >= FREE_EACH_BYTES) {
      free(path);
    }
  }

  private long stored() {
    return Math.min(sink.rawOffset(), read);
  }

  /** The job may be waiting for room, for which it need not have printed much itself. */
  private void freeWhereScarce() {
    Path path = opened;
    if (path != null
        && stored() - freed >= PAGE_BYTES
        && path.toFile().getUsableSpace() < SCARCE_BYTES) {
      free(path);
    }
  }

  private void free(Path path) {
    long to = stored() - stored() % PAGE_BYTES;
    try {
      List<String> command =
          List.of("fallocate", "--punch-hole", "--offset", "0", "--length", "" + to, "" + path);
      if (Tool.run(command, Duration.ofSeconds(10)) == 0) {
        freed = to;
      } else {
        freed += FREE_EACH_BYTES; // Tried again later: a spool has its limit all the same.
      }
    } catch (IOException e) {
      freed = Long.MAX_VALUE; // There is no such program here.
    }
  }

  private void retried(Runnable act) {
    while (!closed.getAsBoolean()) {
      try {
        act.run();
        return;
      } catch (RuntimeException e) {
        log.warn("Storing the output of an attempt failed; it is tried again.", e);
        pause(1000);
      }
    }
  }

  /** Shorter where its thread is unparked, as it is at the attempt's end. */
  private static void pause(long millis) {
    LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
  }
}
