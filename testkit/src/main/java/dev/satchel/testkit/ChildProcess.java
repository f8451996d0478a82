package dev.satchel.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, which ends with this one, however that ends. */
final class ChildProcess implements Running {
  static final String MAIN = "dev.satchel.server.Embedded";

  private static final String READY = "ready ";
  private static final long START_MAX_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long END_MAX_S = 20;

  private final Process process;
  private final String url;

  private ChildProcess(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts it with the class path of this process.
   *
   * @param log what it says goes there
   */
  static ChildProcess start(Path javaHome, List<String> options, Path log) {
    List<String> command =
        new ArrayList<>(
            List.of(
                javaHome.resolve("bin").resolve("java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                MAIN));
    command.addAll(options);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().keySet().removeIf(name -> !name.matches("PATH|HOME|USER|LANG|TZ"));
      return started(builder.start(), log);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static ChildProcess started(Process process, Path log) throws IOException {
    boolean serves = false;
    try {
      ChildProcess started = new ChildProcess(process, url(process, log));
      serves = true;
      return started;
    } finally {
      if (!serves) { // Whatever the reason is, an interruption too.
        process.destroyForcibly();
      }
    }
  }

  /** Surefire hides the real one behind a manifest. */
  private static String classPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }

  private static String url(Process process, Path log) throws IOException {
    long begun = System.nanoTime();
    while (process.isAlive() && System.nanoTime() - begun < START_MAX_NANOS) {
      for (String line : Files.readAllLines(log)) {
        if (line.startsWith(READY)) {
          return line.substring(READY.length()).strip();
        }
      }
      pause();
    }
    throw new IllegalStateException("The server does not start: " + Files.readString(log));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(10);
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the server started", asked);
    }
  }

  @Override
  public String url() {
    return url;
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close(); // It ends of that.
      if (!process.waitFor(END_MAX_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException failed) {
      process.destroyForcibly();
    } catch (InterruptedException asked) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
