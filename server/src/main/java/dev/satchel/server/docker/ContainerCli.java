package dev.satchel.server.docker;

import dev.satchel.core.workload.EngineOutageException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The container CLI as this machine's users know it, each call a child of the server's with an
 * emptied environment plus a named list, and a time limit.
 */
final class ContainerCli {
  /** What a call may print; more is an answer that nobody expects. */
  private static final int ANSWER_MAX_BYTES = 16 * 1024 * 1024;

  /** Names {@code docker} or {@code podman}, where both are there. */
  static final String CHOICE = "SATCHEL_CONTAINER_CLI";

  private static final int AT_ONCE = 32;
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);
  private static final String STANDARD_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Of the server's environment, what says which engine is meant and how it is reached. */
  private static final List<String> PASSED =
      List.of(
          "PATH",
          "HOME",
          "XDG_RUNTIME_DIR",
          "XDG_CONFIG_HOME",
          "DOCKER_HOST",
          "DOCKER_CONTEXT",
          "DOCKER_CONFIG",
          "DOCKER_CERT_PATH",
          "DOCKER_TLS",
          "DOCKER_TLS_VERIFY",
          "DOCKER_API_VERSION",
          "DOCKER_DEFAULT_PLATFORM",
          "DOCKER_CONTENT_TRUST",
          "DOCKER_CONTENT_TRUST_SERVER",
          "CONTAINER_HOST",
          "CONTAINERS_CONF",
          "CONTAINERS_STORAGE_CONF",
          "CONTAINERS_REGISTRIES_CONF",
          "SSH_AUTH_SOCK",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "http_proxy",
          "https_proxy",
          "no_proxy");

  /**
   * Words by which the CLIs say that the engine did not answer, or broke off, of Docker's up to 29.
   * Each holds what no image's name can, which the CLIs quote.
   */
  private static final List<String> OUTAGES =
      List.of(
          "cannot connect to",
          "error during connect",
          "unable to connect to podman",
          "failed to connect to the docker api",
          "trying to connect to the docker",
          "connection reset by peer",
          "shutting down",
          "context canceled",
          "transport is closing",
          "ttrpc: ",
          "containerd.sock: ",
          "unexpected eof");

  /** Ends its command when its own input ends, which it does with the server, however that ends. */
  private static final String SUPERVISED =
      """
      exec 3<&0
      "$@" </dev/null 3<&- &
      child=$!
      { read -r _ <&3; kill "$child"; } >/dev/null 2>&1 &
      watcher=$!
      exec 3<&-
      wait "$child"
      code=$?
      kill "$watcher" 2>/dev/null
      [ -z "${SATCHEL_LOGIN-}" ] || rm -rf -- "$SATCHEL_LOGIN"
      exit "$code"
      """;

  /**
   * The same for a command inside a container, which reads: it ends with the server's process,
   * which is looked for every second, since its input is its own. What it has started inside does
   * not end with the CLI, and is ended by another call. Arguments before the command: program,
   * container, mark, and the script that ends what has the mark.
   */
  private static final String SUPERVISED_READER =
      """
      exec 3<&0 </dev/null
      program=$1 container=$2 mark=$3 end=$4
      shift 4
      "$@" <&3 3<&- &
      child=$!
      exec 3<&-
      {
        while read -r _ _ _ parent _ </proc/$$/stat && [ "$parent" = "$PPID" ]; do sleep 1; done
        trap '' TERM
        kill "$child"
        timeout -k 1 20 "$program" exec -- "$container" /bin/sh -c "$end" satchel-exec-end "$mark"
        : # Else the shell would become that call, which is to outlast it.
      } >/dev/null 2>&1 &
      watcher=$!
      wait "$child"
      code=$?
      kill "$watcher" 2>/dev/null
      exit "$code"
      """;

  /** Names a directory that goes with the call. */
  static final String LOGIN = "SATCHEL_LOGIN";

  /** How one call ended. */
  record Answer(int code, String out, String err) {
    boolean succeeded() {
      return code == 0;
    }
  }

  private final Path program;
  private final boolean podman;
  private final Map<String, String> environment;
  private final Semaphore room = new Semaphore(AT_ONCE);

  ContainerCli(Path program, Map<String, String> server) {
    this.program = program;
    this.podman = program.endsWith("podman");
    this.environment = new LinkedHashMap<>();
    environment.put("PATH", STANDARD_PATH);
    PASSED.stream()
        .filter(server::containsKey)
        .forEach(name -> environment.put(name, server.getOrDefault(name, "")));
  }

  /**
   * The one that {@link #CHOICE} names, else the first of docker and podman that is there.
   *
   * @param server the server's environment
   */
  static Optional<ContainerCli> find(Map<String, String> server) {
    String path = server.getOrDefault("PATH", "") + ":" + STANDARD_PATH;
    String chosen = server.getOrDefault(CHOICE, "");
    for (String name : chosen.isEmpty() ? List.of("docker", "podman") : List.of(chosen)) {
      for (String directory : path.split(":", -1)) {
        Path program = Path.of(directory.startsWith("/") ? directory : "/nowhere", name);
        if (Files.isExecutable(program)) {
          return Optional.of(new ContainerCli(program, server));
        }
      }
    }
    return Optional.empty();
  }

  /** A variable of its environment; null where it has none. */
  @Nullable String variable(String name) {
    return environment.get(name);
  }

  boolean isPodman() {
    return podman;
  }

  /** The program and what it is told, as a shell or an argument list takes them. */
  List<String> command(List<String> words) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(words);
    return command;
  }

  /**
   * Runs the CLI to its end.
   *
   * @throws EngineOutageException where the engine does not answer, or not in time
   */
  Answer run(Duration limit, String... words) {
    return inRoom(limit, null, command(List.of(words)));
  }

  /** The same for a call that reads. */
  Answer runWith(Duration limit, byte[] input, String... words) {
    return inRoom(limit, input, command(List.of(words)));
  }

  /** The same for a call that waits for a container, and is not to keep others from the engine. */
  Answer await(Duration limit, String... words) {
    return run(limit, null, command(List.of(words)));
  }

  /**
   * Runs a shell script to its end, which is to become the CLI. What is in it is in no argument and
   * no environment but its own.
   */
  Answer runScript(Duration limit, byte[] script) {
    return inRoom(limit, script, List.of("/bin/sh"));
  }

  private Answer inRoom(Duration limit, byte @Nullable [] input, List<String> command) {
    enter(limit);
    try {
      return run(limit, input, command);
    } finally {
      room.release();
    }
  }

  private Answer run(Duration limit, byte @Nullable [] input, List<String> command) {
    try {
      Process process = start(command, Map.of(), input != null, false);
      try {
        CompletableFuture<String> out = read(process.getInputStream());
        CompletableFuture<String> err = read(process.getErrorStream());
        if (input != null) {
          give(process, input);
        }
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new EngineOutageException(
              "The container engine did not answer within " + limit.toSeconds() + " seconds.");
        }
        Answer answer = new Answer(process.exitValue(), last(out), last(err));
        if (!answer.succeeded() && isOutage(answer.err())) {
          throw outage(answer.err());
        }
        return answer;
      } finally {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineOutageException("The server is stopping.");
    } catch (IOException e) {
      throw new EngineOutageException("The container CLI could not be run: " + e.getMessage());
    }
  }

  /** One call that hangs keeps others waiting for no longer than they would wait themselves. */
  private void enter(Duration limit) {
    try {
      if (!room.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new EngineOutageException(
            "The container engine has left earlier calls unanswered for "
                + limit.toSeconds()
                + " seconds.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineOutageException("The server is stopping.");
    }
  }

  /** Starts the CLI for as long as it runs, or the server does; its two outputs are one. */
  Process stream(String... words) throws IOException {
    return stream(Map.of(), words);
  }

  /**
   * The same with more variables.
   *
   * @param more where {@link #LOGIN} is among them, the directory that it names is removed at the
   *     end, also where the server has died
   */
  Process stream(Map<String, String> more, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SUPERVISED, "satchel"));
    command.addAll(command(List.of(words)));
    return start(command, more, true, true);
  }

  /**
   * Starts a command inside a container, for as long as it runs, or the server does. Everything
   * behind the container's name is the command's. Source: docker and podman exec, whose options end
   * at the first word that is none.
   *
   * @param mark {@code NAME=value} that the command is given besides the container's own variables
   * @param end a shell's script that ends what has the mark inside the container, should the server
   *     die
   */
  Process exec(String container, String mark, String end, List<String> words, boolean input)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SUPERVISED_READER, "satchel"));
    command.addAll(List.of(program.toString(), container, mark, end));
    List<String> exec = new ArrayList<>(List.of("exec", "--env", mark));
    if (input) {
      exec.add("--interactive");
    }
    exec.add("--");
    exec.add(container);
    exec.addAll(words);
    command.addAll(command(exec));
    return start(command, Map.of(), input, false);
  }

  private Process start(
      List<String> command, Map<String, String> more, boolean input, boolean merged)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
    if (!input) {
      builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    }
    builder.redirectErrorStream(merged);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().putAll(more);
    return builder.start();
  }

  private static void give(Process process, byte[] input) {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    } catch (IOException e) {
      // It ended before it had read all; its exit code says why.
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofPlatform() // Reading a pipe holds the thread that would carry a virtual one.
        .name("container-cli")
        .daemon()
        .start(
            () -> {
              try (stream) {
                byte[] bytes = stream.readNBytes(ANSWER_MAX_BYTES);
                text.complete(new String(bytes, StandardCharsets.UTF_8));
              } catch (IOException e) {
                text.complete("");
              }
            });
    return text;
  }

  private static String last(CompletableFuture<String> text) throws InterruptedException {
    try {
      return text.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return "";
    }
  }

  static boolean isOutage(String said) {
    String lower = said.toLowerCase(Locale.ROOT);
    return OUTAGES.stream().anyMatch(lower::contains);
  }

  private EngineOutageException outage(String said) {
    String line = said.strip().lines().reduce((first, second) -> second).orElse("");
    return new EngineOutageException(
        "The container engine does not answer ("
            + Words.shortened(line)
            + "). What it runs may run on; it is looked at again every few seconds.");
  }
}
