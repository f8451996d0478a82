package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.Observation;
import dev.satchel.core.workload.RecordingLogSink;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of attempts as containers, on a real engine. */
final class DockerEngineTest extends EngineContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static TestDocker docker;

  @TempDir Path data;
  DockerEngine engine;
  private String installation = "";

  @BeforeAll
  static void find() {
    docker = TestDocker.needed();
  }

  @BeforeEach
  void open() {
    installation = "t" + ProcessHandle.current().pid() + "x" + NUMBER.incrementAndGet();
    engine = reopened();
  }

  DockerEngine reopened(String... operators) {
    return new DockerEngine(
        installation,
        data,
        List.of(operators),
        new SecretRoot(SecretRoot.candidates(null)),
        docker.environment());
  }

  @AfterEach
  void removeAll() {
    for (AttemptId attempt : engine.known()) {
      engine.remove(attempt);
    }
    engine.close();
  }

  @Override
  protected DockerEngine engine() {
    return engine;
  }

  @Override
  protected JobForm form(
      List<String> command, Map<String, byte[]> variables, Map<String, byte[]> files) {
    return form(ContainerSpec.of(TestDocker.IMAGE), null, command, variables, files);
  }

  private static JobForm form(
      ContainerSpec container,
      @Nullable Path directory,
      List<String> command,
      Map<String, byte[]> variables,
      Map<String, byte[]> files) {
    return new JobForm(command, container, directory, true, variables.keySet(), files.keySet());
  }

  private AttemptId ran(ContainerSpec container, @Nullable Path directory, String... command) {
    AttemptId attempt = newAttempt();
    JobForm form = form(container, directory, List.of(command), Map.of(), Map.of());
    Launch launch = launch(attempt, form, Map.of(), Map.of());
    engine.start(launch);
    return attempt;
  }

  private String outputOf(AttemptId attempt) {
    return new String(followed(attempt).whole(), StandardCharsets.UTF_8);
  }

  @Test
  void anImageRunsByItself() {
    AttemptId attempt = ran(ContainerSpec.of(TestDocker.OTHER_IMAGE), null);
    assertThat(outputOf(attempt)).isEqualTo("by itself\n");
  }

  private AttemptId ran(Map<String, byte[]> variables, Map<String, byte[]> files, String script) {
    AttemptId attempt = newAttempt();
    engine.start(launch(attempt, variables, files, "sh", "-c", script));
    return attempt;
  }

  private String inspected(AttemptId attempt, String format) {
    return docker.run("inspect", "--format", format, new Names(installation).of(attempt));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertStartFails(DockerEngine engine, Launch launch, String... words) {
    assertThatThrownBy(() -> engine.start(launch))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.START_FAILED);
              assertThat(e.detail()).contains(words);
            });
  }

  @Test
  void variablesArriveExactly() {
    Map<String, String> values = new TreeMap<>();
    values.put("EMPTY", "");
    values.put("SPACES", "  a  b\t ");
    values.put("QUOTES", "'\"`$HOME\\n #x=y");
    values.put("HASH", "#no comment");
    values.put("UNICODE", "Größe €\u00a0日本");
    values.put("LINES", "one\ntwo\n\nfour\n");
    values.put("RETURNS", "one\r\ntwo\r");
    values.put("LARGE", "x'y".repeat(34_200));
    values.put("JUST_FITS", "y".repeat(60 * 1024 - 10));
    values.put("JUST_NOT", "z".repeat(60 * 1024 - 8));
    values.put("PATH", "/bin:/mine");
    values.put("GOFLAGS", "-mod=mod");
    values.put("LD_PRELOAD", "");
    values.put("DOCKER_HOST", "tcp://nowhere");
    Map<String, byte[]> variables = new TreeMap<>();
    values.forEach((name, value) -> variables.put(name, bytes(value)));
    AttemptId attempt = ran(variables, Map.of(), "base64 /proc/self/environ");
    Map<String, String> arrived = new TreeMap<>();
    byte[] environ = Base64.getMimeDecoder().decode(outputOf(attempt));
    for (String each : new String(environ, StandardCharsets.UTF_8).split("\0", -1)) {
      int equals = each.indexOf('=');
      if (equals > 0) {
        arrived.put(each.substring(0, equals), each.substring(equals + 1));
      }
    }
    for (String name : values.keySet()) {
      assertThat(String.valueOf(arrived.get(name)).equals(values.get(name))).as(name).isTrue();
    }
    arrived.keySet().removeAll(values.keySet());
    assertThat(arrived.keySet()).isSubsetOf("HOSTNAME", "HOME", "PWD", "SHLVL", "_");
  }

  @Test
  void namesThatSteerTheCliAreRefusedWhereAnEnvFileCannotCarryThem() {
    for (String name :
        List.of("PATH", "DOCKER_HOST", "LD_PRELOAD", "GODEBUG", "https_proxy", "IFS")) {
      assertStartFails(
          engine,
          launch(newAttempt(), Map.of(name, bytes("sentinel-1\nsentinel-2")), Map.of(), "true"),
          "The variable " + name);
    }
    assertThat(docker.run("ps", "-aq", "--filter", new Names(installation).filter())).isEmpty();
  }

  @Test
  void valuesThatNoContainerCanHaveAreRefusedByName() {
    Launch nul = launch(newAttempt(), Map.of("NUL", new byte[] {65, 0}), Map.of(), "true");
    assertStartFails(engine, nul, "NUL");
    Launch raw = launch(newAttempt(), Map.of("RAW", new byte[] {(byte) 0xff}), Map.of(), "true");
    assertStartFails(engine, raw, "The variable RAW", "file entry");
  }

  @Test
  void wordsOfTheCommandArriveExactly() {
    AttemptId attempt = newAttempt();
    engine.start(
        launch(attempt, "printf", "%s|", "", "it's", "a\nb", "Größe €", "$HOME", "--", "-v"));
    assertThat(outputOf(attempt)).isEqualTo("|it's|a\nb|Größe €|$HOME|--|-v|");
    AttemptId option =
        ran(ContainerSpec.of(TestDocker.OTHER_IMAGE), null, "-c", "echo $FROM_IMAGE");
    assertThat(outputOf(option)).as("taken by the image's entry point").isEqualTo("yes\n");
  }

  @Test
  void filesAreTheJobsUsersAloneAndGoWithTheAttempt() throws IOException {
    Map<String, byte[]> files =
        Map.of(
            "lic/a,\"b\" c.lic",
            bytes("relative"),
            "/run/secrets/deep/key",
            new byte[] {0, -1, 10});
    AttemptId attempt = newAttempt();
    JobForm form =
        form(
            ContainerSpec.of(TestDocker.OTHER_IMAGE),
            null,
            List.of(
                "-c",
                "cat lic/*; od -An -tx1 /run/secrets/deep/key; stat -c '%a %u' lic/* /run/secrets/deep/key;"
                    + " echo x 2>/dev/null >>/run/secrets/deep/key || echo kept; sleep 60"),
            Map.of(),
            files);
    engine.start(launch(attempt, form, Map.of(), files));
    RecordingLogSink sink = followed(attempt);
    awaitText(sink, "kept");
    assertThat(sink.text()).startsWith("relative 00 ff 0a\n").endsWith("kept\n");
    String mode = SecretRoot.userId() == 0 ? "400 1234\n" : "444";
    assertThat(sink.text()).contains(mode);
    assertThat(filesBelow(tmpfs())).hasSize(2);
    engine.remove(attempt);
    assertThat(tmpfs().resolve(attempt.toString())).doesNotExist();
  }

  @Test
  void theEnvFileIsGoneOnceTheContainerIsCreated() throws IOException {
    AttemptId attempt = ran(Map.of("TOKEN", bytes("sentinel-5281")), Map.of(), "sleep 60");
    assertThat(filesBelow(tmpfs())).isEmpty();
    assertThat(filesBelow(data)).singleElement().asString().endsWith("/engine");
    engine.remove(attempt);
    assertThat(data.resolve("docker")).isEmptyDirectory();
  }

  @Test
  void noValueIsInAnyArgument() {
    Map<String, byte[]> variables = new TreeMap<>();
    variables.put("TOKEN", bytes("sentinel-90210"));
    variables.put("LINES", bytes("sentinel-90210\nmore"));
    Map<String, byte[]> files = Map.of("key", bytes("sentinel-90210"));
    Set<String> lines = ConcurrentHashMap.newKeySet();
    Set<String> creates = ConcurrentHashMap.newKeySet();
    Thread watcher =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    watchArguments(lines, "sentinel-90210");
                    watchArguments(creates, "--env-file");
                  }
                });
    for (int i = 0; i < 3; i++) {
      assertThat(exitCodeOf(ran(variables, files, "exit 0"))).isZero();
    }
    watcher.interrupt();
    assertThat(lines).isEmpty();
    assertThat(creates).as("calls that were seen").isNotEmpty();
  }

  private static void watchArguments(Set<String> lines, String sentinel) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        String line = commandLine(process);
        if (line.contains(sentinel)) {
          lines.add(line);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Whoever ended meanwhile said nothing.
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void whatTheEngineShowsIsWhatTheThreatModelSays() {
    Map<String, byte[]> files = Map.of("key", bytes("sentinel-file"));
    AttemptId attempt =
        ran(
            Map.of("TOKEN", bytes("sentinel-variable")),
            files,
            "cat /proc/1/environ /proc/self/environ | tr '\\0' '\\n'; echo --;"
                + " cat /proc/[0-9]*/cmdline /proc/mounts | tr '\\0' '\\n'; echo end; sleep 60");
    RecordingLogSink sink = followed(attempt);
    awaitText(sink, "end\n");
    String[] seen = sink.text().split("--\n", 2); // Of its own processes, by the job.
    assertThat(seen[0]).contains("TOKEN=sentinel-variable").doesNotContain("sentinel-file");
    assertThat(seen[1]).doesNotContain("sentinel-v").contains("/key ");
    assertThat(inspected(attempt, "{{json .}}"))
        .contains("TOKEN=sentinel-variable")
        .doesNotContain("sentinel-file");
    assertThat(docker.run("history", "--no-trunc", TestDocker.IMAGE)).doesNotContain("sentinel");
    assertThat(filesOfTheEngineWith("sentinel-variable"))
        .as("where the threat model says that the engine keeps it")
        .extracting(file -> String.valueOf(file.getFileName()))
        .contains("config.v2.json")
        .isSubsetOf("config.v2.json", "config.json", "meta.db", "container.log"); // It printed it.
    assertThat(filesOfTheEngineWith("sentinel-file")).isEmpty();
    engine.remove(attempt);
    assertThat(filesOfTheEngineWith("sentinel-file")).isEmpty();
    assertThat(filesOfTheEngineWith("sentinel-variable"))
        .as("but in pages that the database of containerd has freed")
        .extracting(file -> String.valueOf(file.getFileName()))
        .isSubsetOf("meta.db");
  }

  /** Its own, in its data directory and beside its socket; images and layers among them. */
  private List<Path> filesOfTheEngineWith(String sentinel) {
    byte[] wanted = bytes(sentinel);
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(docker.directory())) {
      files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .forEach(
              file -> {
                if (contains(file, wanted)) {
                  found.add(file);
                }
              });
    } catch (IOException | UncheckedIOException e) {
      throw new AssertionError(e);
    }
    return found;
  }

  private static boolean contains(Path file, byte[] wanted) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
          .contains(new String(wanted, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return false; // Gone meanwhile.
    }
  }

  @Test
  void containersAreHardened() {
    AttemptId attempt = started("grep NoNewPrivs /proc/self/status; sleep 60");
    awaitText(followed(attempt), "NoNewPrivs:\t1");
    assertThat(
            inspected(
                attempt,
                "{{.HostConfig.Privileged}} {{.HostConfig.PidsLimit}} [{{.HostConfig.PidMode}}]"
                    + " [{{.HostConfig.UTSMode}}] {{.HostConfig.IpcMode}} {{.HostConfig.NetworkMode}}"
                    + " {{.HostConfig.LogConfig.Type}} {{.HostConfig.RestartPolicy.Name}}"
                    + " {{index .HostConfig.LogConfig.Config \"max-size\"}}"))
        .isEqualTo("false 4096 [] [] private default local no 512m");
  }

  @Test
  void whoRunsTheServerMayLoosenAndTighten() {
    engine.close();
    engine =
        reopened("--pids-limit=77", "--security-opt=no-new-privileges=false", "--cap-drop=ALL");
    AttemptId attempt = started("grep -E 'NoNewPrivs|CapEff' /proc/self/status; sleep 60");
    RecordingLogSink sink = followed(attempt);
    awaitText(sink, "NoNewPrivs:\t0");
    assertThat(sink.text()).contains("CapEff:\t0000000000000000");
    assertThat(inspected(attempt, "{{.HostConfig.PidsLimit}}")).isEqualTo("77");
  }

  @Test
  void aContainerIsAsItWasAskedFor() {
    ContainerSpec wanted =
        new ContainerSpec(
            TestDocker.IMAGE, "1234:1234", new BigDecimal("0.5"), 64, null, List.of());
    AttemptId attempt = ran(wanted, Path.of("/made/here"), "sh", "-c", "id -u; pwd; sleep 60");
    awaitText(followed(attempt), "1234\n/made/here\n");
    assertThat(
            inspected(
                attempt,
                "{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}"))
        .isEqualTo("500000000 67108864 67108864");
  }

  @Test
  void portsAreReachedOnTheLoopback() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    ContainerSpec wanted =
        new ContainerSpec(TestDocker.IMAGE, null, null, null, null, List.of(port));
    AttemptId attempt = ran(wanted, null, "sh", "-c", "echo hello | nc -l -p " + port);
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    String said = "";
    while (said.isEmpty() && System.nanoTime() < deadline) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        pause(50); // Nobody listens in it yet.
      }
    }
    assertThat(said).isEqualTo("hello\n");
    assertThat(exitCodeOf(attempt)).isZero();
  }

  @Test
  void tooMuchMemoryIsToldFromOtherEnds() {
    ContainerSpec small = new ContainerSpec(TestDocker.IMAGE, null, null, 16, null, List.of());
    AttemptId attempt = ran(small, null, "sh", "-c", "head -c 50000000 /dev/zero | tail");
    Observation seen = seen(attempt, it -> it instanceof Observation.Exited);
    assertThat(((Observation.Exited) seen).outOfMemory()).isTrue();
  }

  @Test
  void gpusAreRefusedInWordsWhereTheEngineHasNone() {
    ContainerSpec wanted =
        new ContainerSpec(TestDocker.IMAGE, null, null, null, "h100:8", List.of());
    JobForm form = form(wanted, null, List.of("true"), Map.of(), Map.of());
    Launch launch = launch(newAttempt(), form, Map.of(), Map.of());
    assertStartFails(engine, launch, "hands out no GPUs");
    assertThat(CreateCommand.gpus("h100:8")).isEqualTo("8");
    assertThat(CreateCommand.gpus("h100")).isEqualTo("1");
    assertThat(CreateCommand.gpus("all")).isEqualTo("all");
    assertThat(CreateCommand.gpus("2")).isEqualTo("2");
  }

  @Test
  void anotherLifeOfTheServerFindsWhatRuns() {
    AttemptId attempt = started("echo one; sleep 2; echo two; exit 9");
    awaitText(followed(attempt), "one");
    engine.close();
    engine = reopened();
    Set<AttemptId> told = ConcurrentHashMap.newKeySet();
    engine.onChange(told::add);
    assertThat(engine.known()).contains(attempt);
    assertThat(engine.observe(attempt)).isInstanceOf(Observation.Running.class);
    engine.start(launch(attempt, "sh", "-c", "echo again"));
    RecordingLogSink rest = new RecordingLogSink("one\n".length());
    engine.follow(attempt, rest);
    assertThat(new String(rest.whole(), StandardCharsets.UTF_8)).isEqualTo("two\n");
    assertThat(exitCodeOf(attempt)).isEqualTo(9);
    assertThat(told).contains(attempt);
  }

  @Test
  void aContainerThatSomebodyRemovesIsGone() {
    AttemptId attempt = started("echo on; sleep 60");
    RecordingLogSink sink = followed(attempt);
    awaitText(sink, "on");
    Set<AttemptId> told = ConcurrentHashMap.newKeySet();
    engine.onChange(told::add);
    docker.run("rm", "-f", new Names(installation).of(attempt));
    Observation gone = seen(attempt, it -> it instanceof Observation.Gone);
    assertThat(((Observation.Gone) gone).why()).contains("removed");
    assertThat(engine.forbidStart(attempt))
        .as("it ran, so its start is no more to forbid")
        .isFalse();
    assertThat(new String(sink.whole(), StandardCharsets.UTF_8)).isEqualTo("on\n");
    assertThat(told).contains(attempt);
  }

  @Test
  void aContainerThatWasCreatedAndNeverStartedIsAbsentAndCanBeForbidden() {
    AttemptId attempt = newAttempt();
    Names names = new Names(installation);
    docker.run(
        "create",
        "--name",
        names.of(attempt),
        "--label",
        Names.INSTALLATION + "=" + installation,
        "--label",
        Names.ATTEMPT + "=" + attempt,
        TestDocker.IMAGE,
        "true");
    assertThat(engine.observe(attempt)).isInstanceOf(Observation.Absent.class);
    assertThat(engine.known()).contains(attempt);
    assertThat(engine.forbidStart(attempt)).isTrue();
    assertThat(inspected(attempt, "{{.Id}}")).contains("No such");
  }

  @Test
  void aTakenNameIsAdopted() {
    AttemptId attempt = newAttempt();
    Names names = new Names(installation);
    docker.run(
        "create",
        "--name",
        names.of(attempt),
        "--label",
        Names.INSTALLATION + "=" + installation,
        "--label",
        Names.ATTEMPT + "=" + attempt,
        TestDocker.IMAGE,
        "sh",
        "-c",
        "exit 12");
    engine.start(launch(attempt, "sh", "-c", "exit 13"));
    assertThat(exitCodeOf(attempt)).isEqualTo(12);
  }

  @Test
  void whatIsAnothersIsNeverTouched() {
    AttemptId attempt = newAttempt();
    String name = new Names(installation).of(attempt);
    docker.run("run", "-d", "--name", name, TestDocker.IMAGE, "sleep", "60");
    try {
      engine.observe(attempt);
      assertThat(engine.known()).doesNotContain(attempt);
      assertStartFails(engine, launch(attempt, "true"), "taken");
      engine.stop(attempt, Duration.ZERO);
      engine.remove(attempt);
      pause(200);
      assertThat(docker.run("inspect", "--format", "{{.State.Running}}", name)).isEqualTo("true");
    } finally {
      docker.run("rm", "-f", name);
    }
  }

  private static void awaitText(RecordingLogSink sink, String text) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!sink.text().contains(text) && System.nanoTime() < deadline) {
      pause(5);
    }
    assertThat(sink.text()).contains(text);
  }

  private Path tmpfs() {
    return Objects.requireNonNull(new SecretRoot(SecretRoot.candidates(null)).path())
        .resolve(installation)
        .resolve("docker");
  }

  private static List<Path> filesBelow(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
