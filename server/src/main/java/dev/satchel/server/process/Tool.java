package dev.satchel.server.process;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, with an emptied environment and a time limit. */
final class Tool {
  private Tool() {}

  /**
   * Starts a program that hears and says nothing.
   *
   * @throws IOException where it could not be started
   */
  static Process start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", JobEnvironment.STANDARD_PATH);
    return builder.start();
  }

  /** The exit code; -1 where it took too long and was ended. */
  static int run(List<String> command, Duration limit) throws IOException {
    Process process = start(command);
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return -1;
  }
}
