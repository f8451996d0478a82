package dev.satchel.server.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
  private static final int SAID_MAX_BYTES = 2000;

  /**
   * How a program ended.
   *
   * @param code {@link #NO_ANSWER} where it took too long and was ended
   * @param said what it wrote to its standard error, or the beginning of that
   */
  record Outcome(int code, String said) {}

  private Tool() {}

  /**
   * Starts a program that hears and says nothing.
   *
   * @throws IOException where it could not be started
   */
  static Process start(List<String> command) throws IOException {
    return start(command, ProcessBuilder.Redirect.DISCARD);
  }

  private static Process start(List<String> command, ProcessBuilder.Redirect error)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(error);
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
    return codeOf(start(command), limit);
  }

  /** Runs a program that hears nothing, and says no more than a pipe holds. */
  static Outcome heard(List<String> command, Duration limit) throws IOException {
    Process process = start(command, ProcessBuilder.Redirect.PIPE);
    int code = codeOf(process, limit);
    try (InputStream error =
        process.getErrorStream()) { // Others may hold it: what is there counts.
      int there = code == NO_ANSWER ? 0 : Math.min(error.available(), SAID_MAX_BYTES);
      return new Outcome(code, new String(error.readNBytes(there), StandardCharsets.UTF_8));
    }
  }

  private static int codeOf(Process process, Duration limit) {
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
