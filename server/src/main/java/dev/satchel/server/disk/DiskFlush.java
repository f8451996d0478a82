package dev.satchel.server.disk;

import dev.satchel.core.volume.Flush;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes durable what is in a directory. Source: sync(1), {@code -f}. */
final class DiskFlush {
  private static final Logger LOG = LoggerFactory.getLogger(DiskFlush.class);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int TOLD_MAX_BYTES = 1000;

  private DiskFlush() {}

  /** The whole file system, for nobody knows which files a job has written. */
  static Flush of(Path directory) {
    return by(List.of("sync", "-f", directory.toString()), LIMIT);
  }

  static Flush by(List<String> command, Duration limit) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().clear();
      Process sync = builder.start();
      if (!sync.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        sync.destroyForcibly();
        return new Flush.Late();
      }
      return sync.exitValue() == 0 ? new Flush.Done() : new Flush.Failed(why(sync));
    } catch (IOException e) { // For want of memory or processes, perhaps.
      LOG.warn("sync could not be started: {}", e.getMessage());
      return new Flush.Late();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Flush.Late();
    }
  }

  /** What it says last, such as {@code Input/output error}: before that is the directory. */
  private static String why(Process sync) throws IOException {
    try (InputStream told = sync.getInputStream()) {
      String text = new String(told.readNBytes(TOLD_MAX_BYTES), StandardCharsets.UTF_8).strip();
      String last = text.substring(text.lastIndexOf(": ") + 1).strip();
      return last.isEmpty() ? "sync ended with " + sync.exitValue() : last;
    }
  }
}
