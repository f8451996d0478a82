package dev.satchel.sdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server in a process of its own, which can be ended and started again on the same port. */
final class RunningServer implements AutoCloseable {
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Path directory;
  private @Nullable Process process; // Null until started.
  private final Map<String, String> environment;
  private int port;
  private int starts;

  RunningServer(Path directory) {
    this(directory, Map.of());
  }

  /**
   * @param more variables that the server is started with
   */
  RunningServer(Path directory, Map<String, String> more) {
    this.directory = directory;
    this.environment = Map.copyOf(more);
    start();
  }

  void start() {
    Path log = directory.resolve("server-" + starts++ + ".log");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "dev.satchel.server.Main",
            "--port",
            String.valueOf(port),
            "--data",
            data().toString(),
            "--retry-back-off-ms",
            "200");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      process = builder.start();
      port = awaitPort(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int awaitPort(Process process, Path log) throws IOException {
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < START_NANOS && process.isAlive()) {
      for (String line : Files.readAllLines(log)) {
        if (line.startsWith("ready http")) {
          return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip());
        }
      }
      pause(20);
    }
    throw new AssertionError("the server did not start: " + Files.readString(log));
  }

  static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends it as a crash does. */
  void kill() throws InterruptedException {
    if (process != null && !process.destroyForcibly().waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("the server does not end");
    }
  }

  Path data() {
    return directory.resolve("data");
  }

  int port() {
    return port;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  String token() {
    try {
      return Files.readString(data().resolve("admin.token")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that it has said. */
  String said() throws IOException {
    StringBuilder said = new StringBuilder();
    for (int i = 0; i < starts; i++) {
      said.append(Files.readString(directory.resolve("server-" + i + ".log")));
    }
    return said.toString();
  }

  Satchel.Builder client() {
    return Satchel.builder().url(url()).token(token());
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
