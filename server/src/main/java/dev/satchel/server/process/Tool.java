package dev.satchel.server.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a program to its end, with an emptied environment and a time limit. */
final class Tool {
  static final int NO_ANSWER = -1;

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

  /** Whether a program could be started by its name. */
  static boolean there(String program) {
    String path = System.getenv().getOrDefault("PATH", "") + ":" + JobEnvironment.STANDARD_PATH;
    return Stream.of(path.split(":", -1))
        .filter(directory -> directory.startsWith("/"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** The exit code; {@link #NO_ANSWER} where it took too long and was ended. */
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
    return NO_ANSWER;
  }
}
