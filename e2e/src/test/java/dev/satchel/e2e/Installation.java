package dev.satchel.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.Needs;
import dev.satchel.core.PostgresCluster;
import dev.satchel.e2e.Client.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One server of its own, as it is shipped, with its data directory and its command line. Everything
 * it leaves stays below {@code target/kept}, where the sweep looks for values.
 */
class Installation implements AutoCloseable {
  static final Path ROOT =
      Path.of(System.getProperty("satchel.root", ".")).toAbsolutePath().normalize();
  static final Path KEPT = ROOT.resolve("e2e/target/kept");

  /** Whether state is kept in PostgreSQL: {@code -Dsatchel.store=postgres}. */
  static final boolean POSTGRES = "postgres".equals(System.getProperty("satchel.store"));

  static final Path LAUNCHER = ROOT.resolve("dist/target/satchel/bin/satchel");

  static {
    Trees.delete(KEPT); // What an earlier run left is not this one's.
  }

  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);
  private final Path kept;
  private final Path data;
  private final Path home;
  private final List<String> options;
  private final @Nullable String database; // Its own; null where it is a file.
  private List<String> within = List.of();
  private @Nullable Process server; // Null until started.
  private String url = "";
  private HttpClient http = Client.HTTP;
  private int starts;

  /**
   * Makes the place for a server, and starts none.
   *
   * @param options of {@code satchel serve} besides port and data
   */
  Installation(String name, String... options) {
    this.options = List.of(options);
    this.database = POSTGRES ? PostgresCluster.shared().newDatabase() : null;
    try {
      Files.createDirectories(KEPT);
      this.kept = Files.createTempDirectory(KEPT, name + "-");
      this.data = kept.resolve("data");
      this.home = Files.createDirectories(kept.resolve("home"));
      Files.createDirectories(kept.resolve("output"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, with its server started. */
  static Installation started(String name, String... options) {
    Installation installation = new Installation(name, options);
    installation.start();
    return installation;
  }

  /** Has its clients, which are not its command line, speak by one that trusts its certificate. */
  Installation trustedBy(HttpClient client) {
    http = client;
    return this;
  }

  /** Has everything run by a command, such as one that enters a namespace. */
  Installation within(List<String> command) {
    within = List.copyOf(command);
    return this;
  }

  Path data() {
    return data;
  }

  Path home() {
    return home;
  }

  /** Everything that this installation leaves. */
  Path kept() {
    return kept;
  }

  /** A directory in the home, made where it is not there. */
  Path directory(String name) {
    try {
      return Files.createDirectories(home.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return url;
  }

  Process server() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server;
  }

  String token() {
    return text(data.resolve("admin.token")).strip();
  }

  void start() {
    List<String> command = serve();
    Path log = kept.resolve("output/server-" + starts++ + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(kept.toFile()) // Where a crash would leave its files.
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(serverEnvironment());
    try {
      server = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    url = ready(server, log);
  }

  /** Starts a server that is to refuse, and waits for its end. */
  Run startRefused(String... more) {
    List<String> command = serve();
    command.addAll(Arrays.asList(more));
    return Run.of(
        command, serverEnvironment(), kept, new byte[0], kept.resolve("output"), COMMAND_TIMEOUT);
  }

  private List<String> serve() {
    List<String> command = command("serve", "--port", "0", "--data", data.toString());
    command.addAll(options);
    return command;
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(within);
    command.add(LAUNCHER.toString());
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /** Changes the database itself, past the server. */
  void sql(String statement) {
    if (database != null) {
      var _ = PostgresCluster.shared().sql(database, statement);
      return;
    }
    Needs.command("sqlite3");
    Run _ =
        Run.of(
                List.of("sqlite3", data.resolve("satchel.db").toString(), statement),
                environment(),
                home,
                new byte[0],
                kept.resolve("output"),
                Duration.ofSeconds(20))
            .ok();
  }

  /** Ends the server as an operator does. */
  void stop() {
    end(server(), false);
  }

  /** Ends the server as a crash does. */
  void kill() {
    end(server(), true);
  }

  @Override
  public void close() {
    if (server != null && server.isAlive()) {
      admin().terminateAll();
      stop();
    }
  }

  /** Runs the command line, logged in by the data directory. */
  Run satchel(String... arguments) {
    return satchel(new byte[0], arguments);
  }

  /** Runs the command line with something on its standard input. */
  Run satchel(byte[] input, String... arguments) {
    return satchel(input, Map.of(), arguments);
  }

  /** Runs the command line with more variables, or with some of its usual ones changed. */
  Run satchel(byte[] input, Map<String, String> more, String... arguments) {
    Map<String, String> environment = environment();
    environment.putAll(more);
    return Run.of(
        command(arguments), environment, home, input, kept.resolve("output"), COMMAND_TIMEOUT);
  }

  /** Starts the command line and does not wait for it; all that it says goes to one file. */
  Process spawn(Path output, String... arguments) {
    ProcessBuilder builder =
        new ProcessBuilder(command(arguments))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Speaks to the server as the admin. */
  Client admin() {
    return as(token());
  }

  /** Speaks to the server with another token. */
  Client as(String token) {
    return new Client(url, token, http);
  }

  Answer send(String method, String path, @Nullable Object body, String... headers) {
    return admin().send(method, path, body, headers);
  }

  String submit(String script, Map<String, Object> more) {
    return admin().submit(script, more);
  }

  JsonNode workload(String id) {
    return admin().workload(id);
  }

  JsonNode awaitEnd(String id) {
    return admin().awaitEnd(id);
  }

  JsonNode awaitState(String id, String state) {
    return admin().awaitState(id, state);
  }

  String log(String id) {
    return admin().log(id);
  }

  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", home.toString());
    environment.put("SATCHEL_DATA", data.toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("NO_COLOR", "1");
    if (database != null) {
      PostgresCluster cluster = PostgresCluster.shared();
      environment.put("SATCHEL_DATABASE_URL", cluster.url(database));
      environment.put("SATCHEL_DATABASE_PASSWORD_FILE", cluster.passwordFile().toString());
    }
    return environment;
  }

  /** What the server itself is started with. */
  Map<String, String> serverEnvironment() {
    Map<String, String> environment = environment();
    environment.put("SATCHEL_E2E_CANARY", "server-of-" + kept.getFileName());
    return environment;
  }

  static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Process process, boolean hard) {
    if (hard) {
      process.destroyForcibly();
    } else {
      process.destroy();
    }
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("the server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String ready(Process process, Path log) {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (System.nanoTime() < deadline) {
      for (String line : text(log).split("\n", -1)) {
        if (line.startsWith("ready http")) {
          return line.substring("ready ".length()).strip();
        }
      }
      if (!process.isAlive()) {
        throw new AssertionError("the server ended: " + text(log));
      }
      pause(Duration.ofMillis(5));
    }
    throw new AssertionError("the server is not ready: " + text(log));
  }
}
