package dev.satchel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that has ended: its exit code and what it printed. */
record Run(int code, String out, String err) {

  /**
   * Runs a command to its end.
   *
   * @param environment all of it
   * @param input what stands on its standard input
   * @param kept the directory in which its output stays, for the sweep
   */
  static Run of(
      List<String> command,
      Map<String, String> environment,
      Path directory,
      byte[] input,
      Path kept,
      Duration timeout) {
    try {
      Path out = Files.createTempFile(kept, "out", ".txt");
      Path err = Files.createTempFile(kept, "err", ".txt");
      ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      Process process = builder.start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input);
      } catch (IOException e) {
        // It did not want its input.
      }
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "still running after " + timeout + ": " + command + "\n" + text(err));
      }
      return new Run(process.exitValue(), text(out), text(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The same run, which must have ended with exit code 0. */
  Run ok() {
    if (code != 0) {
      throw new AssertionError("exit code " + code + "\n" + out + err);
    }
    return this;
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
