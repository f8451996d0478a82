package dev.satchel.cli.setup;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.RequestException;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.discovery.ServerFile;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts the server of a data directory in a session of its own, so that it outlives us. */
final class ServerStarter {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int USUAL_PORT = 8080;
  private static final long LOG_MAX_BYTES = 16 << 20; // A longer one makes way for a new one.
  private static final long PAUSE_MILLIS = 50;
  private static final Duration OTHERS_START = Duration.ofSeconds(3);

  private final Session session;
  private final Path data;

  ServerStarter(Session session) {
    this.session = session;
    this.data = session.discovery().dataDirectory();
  }

  /** The URL of the running server, which is started where none runs. */
  String ensureRunning() {
    String running = readyUrl();
    if (running != null) {
      session.screen().note("A server runs already: " + running);
      return running;
    }
    session.screen().note("Starting a server for " + data + " …");
    long begun = System.nanoTime();
    Process process = start();
    long ended = 0; // When ours did: somebody else's may be about to be ready then.
    while (System.nanoTime() - begun < PATIENCE.toNanos()) {
      String url = readyUrl();
      if (url != null) {
        long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        session.screen().note("Ready after " + millis + " ms: " + url);
        return url;
      }
      if (!process.isAlive() && process.exitValue() != 0) {
        ended = ended == 0 ? System.nanoTime() : ended;
        if (System.nanoTime() - ended > OTHERS_START.toNanos()) {
          throw failed("The server ended at once.");
        }
      }
      pause();
    }
    throw failed("The server is not ready after " + PATIENCE.toSeconds() + " s.");
  }

  private @Nullable String readyUrl() {
    String url = session.discovery().serverFile().url();
    if (url == null) {
      return null;
    }
    try {
      session.transport(url, null).trySend(Request.get(Paths.READY));
      return url;
    } catch (RequestException notYet) {
      return null;
    }
  }

  private Process start() {
    String launcher = System.getProperty("satchel.launcher");
    if (launcher == null) {
      throw new CliException(
          ExitCode.FAILED,
          "No server is running, and this is not started by the launcher.",
          "satchel serve");
    }
    try {
      makeDataDirectory();
      List<String> command = new ArrayList<>();
      if (new File("/usr/bin/setsid").canExecute()) { // Away from our terminal and its Ctrl-C.
        command.add("/usr/bin/setsid");
      }
      command.addAll(List.of(launcher, "serve", "--data", data.toString()));
      command.addAll(List.of("--port", String.valueOf(port())));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().keySet().removeIf(name -> name.startsWith("SATCHEL_"));
      File log = data.resolve("server.log").toFile();
      if (log.length() > LOG_MAX_BYTES) {
        Files.move(log.toPath(), data.resolve("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
      }
      return builder
          .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
          .redirectErrorStream(true)
          .start();
    } catch (IOException impossible) {
      throw new CliException(
          ExitCode.FAILED, "A server cannot be started for " + data + ".", "satchel doctor");
    }
  }

  private void makeDataDirectory() throws IOException {
    Path parent = data.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.exists(data)) {
      Files.createDirectory(
          data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** The usual port, or where that is taken any free one. */
  private static int port() {
    try (ServerSocket free = new ServerSocket(USUAL_PORT, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException taken) {
      return 0;
    }
  }

  private CliException failed(String what) {
    ServerFile file = session.discovery().serverFile();
    String why = file.objection() == null ? "" : " (" + file.objection() + ")";
    return new CliException(
        ExitCode.UNREACHABLE, what + why, "tail " + data.resolve("server.log"), "satchel doctor");
  }

  /** What the steps after the start run with: nothing that names another server. */
  static Map<String, String> environmentFor(Session session, Path data) {
    Map<String, String> environment = new java.util.HashMap<>(session.surroundings().environment());
    environment.keySet().removeIf(name -> name.startsWith("SATCHEL_"));
    environment.put("SATCHEL_DATA", data.toString());
    return environment;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }
}
