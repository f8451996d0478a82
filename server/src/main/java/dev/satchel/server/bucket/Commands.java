package dev.satchel.server.bucket;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts programs with an emptied environment. */
final class Commands {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int SAID_MAX_BYTES = 4000;
  private static final File NOTHING = new File("/dev/null");

  private Commands() {}

  /**
   * How a program ended.
   *
   * @param said what it wrote, or the beginning of that
   */
  record Ended(int code, String said) {}

  /** Starts one that hears nothing, and whose words go nowhere but where it sends them itself. */
  static Process start(List<String> command, Map<String, String> environment) throws IOException {
    return builder(command, environment)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Runs one that says no more than a pipe holds, to its end; code -1 where it took too long. */
  static Ended run(List<String> command, Map<String, String> environment) throws IOException {
    return run(command, environment, LIMIT);
  }

  /** The same, with a limit of its own. */
  static Ended run(List<String> command, Map<String, String> environment, Duration limit)
      throws IOException {
    Process process = builder(command, environment).redirectErrorStream(true).start();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return new Ended(-1, "it took too long");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return new Ended(-1, "interrupted");
    }
    try (InputStream words = process.getInputStream()) {
      int there = Math.min(words.available(), SAID_MAX_BYTES);
      return new Ended(
          process.exitValue(), new String(words.readNBytes(there), StandardCharsets.UTF_8));
    }
  }

  private static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectInput(ProcessBuilder.Redirect.from(NOTHING));
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }
}
