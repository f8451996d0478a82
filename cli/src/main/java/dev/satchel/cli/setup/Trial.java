package dev.satchel.cli.setup;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * What came of a program that was run to see whether it works.
 *
 * @param exitCode {@link #ABSENT} where there is no such program, {@link #LATE} where it did not
 *     end in time and was ended
 * @param output what it printed, on both streams
 */
record Trial(int exitCode, String output) {
  static final int ABSENT = -1;
  static final int LATE = -2;

  /** As the server runs what it needs: with its path and nothing of the caller's. */
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  static Trial of(Duration limit, String... command) {
    return of(limit, Arrays.asList(command));
  }

  static Trial of(Duration limit, List<String> command) {
    return of(limit, command, name -> false);
  }

  /**
   * The same with some of this program's own variables.
   *
   * @param handedOn tells which of those that begin with SATCHEL_
   */
  static Trial of(Duration limit, List<String> command, Predicate<String> handedOn) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("SATCHEL_") && !handedOn.test(name));
    builder.environment().put("PATH", PATH);
    try {
      Process process = builder.start();
      CompletableFuture<byte[]> output =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return process.getInputStream().readAllBytes();
                } catch (IOException cut) {
                  return new byte[0];
                }
              });
      try {
        byte[] read = output.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        boolean ended = process.waitFor(1, TimeUnit.SECONDS);
        int exitCode = ended ? process.exitValue() : LATE;
        return new Trial(exitCode, new String(read, StandardCharsets.UTF_8));
      } catch (TimeoutException | ExecutionException late) {
        return new Trial(LATE, "");
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException absent) {
      return new Trial(ABSENT, "");
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      return new Trial(LATE, "");
    }
  }

  boolean worked() {
    return exitCode == 0;
  }

  boolean isAbsent() {
    return exitCode == ABSENT;
  }

  /** Its first line; for a message. */
  String firstLine() {
    return output.lines().map(String::strip).findFirst().orElse("it says nothing");
  }
}
