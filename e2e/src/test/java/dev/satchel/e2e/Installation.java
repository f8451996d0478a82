package dev.satchel.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
final class Installation implements AutoCloseable {
  static final Path ROOT =
      Path.of(System.getProperty("satchel.root", ".")).toAbsolutePath().normalize();
  static final Path KEPT = ROOT.resolve("e2e/target/kept");
  static final Path LAUNCHER = ROOT.resolve("dist/target/satchel/bin/satchel");
  static final JsonMapper JSON = new JsonMapper();

  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path kept;
  private final Path data;
  private final Path home;
  private final List<String> options;
  private @Nullable Process server; // Null until started.
  private String url = "";
  private int starts;

  /** What the server answered. */
  record Answer(int status, JsonNode body, HttpResponse<String> response) {}

  /**
   * Makes the place for a server, and starts none.
   *
   * @param options of {@code satchel serve} besides port and data
   */
  Installation(String name, String... options) {
    this.options = List.of(options);
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

  Path data() {
    return data;
  }

  Path home() {
    return home;
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
    List<String> command =
        new ArrayList<>(
            List.of(LAUNCHER.toString(), "serve", "--port", "0", "--data", data.toString()));
    command.addAll(options);
    Path log = kept.resolve("output/server-" + starts++ + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment());
    try {
      server = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    url = ready(server, log);
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
      terminateAll();
      stop();
    }
  }

  /** Runs the command line, logged in by the data directory. */
  Run satchel(String... arguments) {
    return satchel(new byte[0], arguments);
  }

  /** Runs the command line with something on its standard input. */
  Run satchel(byte[] input, String... arguments) {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(Arrays.asList(arguments));
    return Run.of(command, environment(), home, input, kept.resolve("output"), COMMAND_TIMEOUT);
  }

  /** Sends a request as the admin. */
  Answer send(String method, String path, @Nullable Object body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(COMMAND_TIMEOUT)
            .header("Authorization", "Bearer " + token())
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json(body)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), tree(response.body()), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Submits a job that runs a shell script; answers its id. */
  String submit(String script, Map<String, Object> more) {
    Map<String, Object> body = new LinkedHashMap<>(more);
    body.put("command", List.of("sh", "-c", script));
    Answer answer = send("POST", "/v1/workloads", body);
    if (answer.status() != 202) {
      throw new AssertionError(answer.status() + " " + answer.body());
    }
    return answer.body().get("id").asText();
  }

  JsonNode workload(String id) {
    return send("GET", "/v1/workloads/" + id, null).body();
  }

  /** Waits for a workload's end; answers it. */
  JsonNode awaitEnd(String id) {
    for (int tries = 0; tries < 4; tries++) {
      JsonNode workload = send("GET", "/v1/workloads/" + id + "?wait_s=20", null).body();
      if (workload.hasNonNull("ended_at")) {
        return workload;
      }
    }
    throw new AssertionError("has not ended: " + workload(id));
  }

  /** Waits until a workload is in a state; answers it. */
  JsonNode awaitState(String id, String state) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode workload = workload(id);
      if (workload.path("state").asText().equals(state)) {
        return workload;
      }
      pause(Duration.ofMillis(10));
    }
    throw new AssertionError("is not " + state + ": " + workload(id));
  }

  String log(String id) {
    return send("GET", "/v1/workloads/" + id + "/logs", null).response().body();
  }

  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", home.toString());
    environment.put("SATCHEL_DATA", data.toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("NO_COLOR", "1");
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

  private void terminateAll() {
    JsonNode live = send("GET", "/v1/workloads?state=live&limit=1000", null).body().path("items");
    live.forEach(workload -> send("DELETE", "/v1/workloads/" + workload.get("id").asText(), null));
    live.forEach(workload -> awaitEnd(workload.get("id").asText()));
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
        if (line.startsWith("ready http://")) {
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

  private static String json(Object body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode tree(String body) {
    try {
      return body.startsWith("{") ? JSON.readTree(body) : JSON.createObjectNode();
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }
}
