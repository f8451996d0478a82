package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Needs;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.EngineOutageException;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Observation;
import dev.satchel.core.workload.RecordingLogSink;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen while a container engine is away, is killed, or is another one. */
final class DockerOutageTest {
  private static final String INSTALLATION = "outage" + ProcessHandle.current().pid();

  @TempDir Path data;
  @TempDir Path link;
  private Path state;
  private DockerEngine engine;

  @BeforeEach
  void open() throws IOException {
    TestDocker.needed();
    Needs.root();
    state = Files.createTempDirectory("sod"); // Short: a socket's path is.
    script("start", state, false);
    pointAt(state);
    engine = opened();
  }

  /** The engine's socket is a link, so that another engine can take its place. */
  private void pointAt(Path directory) throws IOException {
    Files.deleteIfExists(link.resolve("s"));
    Files.createSymbolicLink(link.resolve("s"), directory.resolve("docker.sock"));
  }

  private DockerEngine opened() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("DOCKER_HOST", "unix://" + link.resolve("s"));
    return new DockerEngine(
        INSTALLATION, data, List.of(), new SecretRoot(SecretRoot.candidates(null)), environment);
  }

  @AfterEach
  void close() {
    engine.close();
    script("stop", state, false);
  }

  private static void script(String act, Path state, boolean liveRestore) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
                  TestDocker.root().resolve("dev/docker").toString(), act, state.toString())
              .redirectErrorStream(true);
      if (liveRestore) {
        builder.environment().put("LIVE_RESTORE", "1");
      }
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private AttemptId started(String script) {
    AttemptId attempt = new AttemptId("o" + System.nanoTime() % 1_000_000_000, 1);
    JobForm form =
        new JobForm(
            List.of("sh", "-c", script),
            ContainerSpec.of(TestDocker.IMAGE),
            null,
            true,
            Set.of(),
            Set.of());
    engine.start(EngineContract.launch(attempt, form, Map.of(), Map.of()));
    return attempt;
  }

  private @Nullable Observation seen(AttemptId attempt) {
    try {
      return engine.observe(attempt);
    } catch (EngineOutageException e) {
      return null;
    }
  }

  private Observation await(AttemptId attempt, Predicate<Observation> wanted) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Observation now = null;
    while (System.nanoTime() < deadline) {
      now = seen(attempt);
      if (now != null && wanted.test(now)) {
        return now;
      }
      pause(20);
    }
    throw new AssertionError("still " + now);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatOutlivesItsEngineIsUnseenMeanwhileAndThenGoesOn() {
    script("kill", state, false);
    script("start", state, true);
    AttemptId attempt = started("echo one; sleep 4; echo two; exit 9");
    RecordingLogSink sink = new RecordingLogSink();
    engine.follow(attempt, sink);
    script("kill", state, false);
    pause(200);
    assertThatThrownBy(() -> engine.observe(attempt)).isInstanceOf(EngineOutageException.class);
    assertThat(engine.known()).contains(attempt);
    assertThat(sink.ended()).isFalse();
    script("start", state, true);
    Observation end = await(attempt, it -> !(it instanceof Observation.Running));
    assertThat(end).isInstanceOf(Observation.Exited.class).extracting("code").isEqualTo(9);
    assertThat(new String(sink.whole(), StandardCharsets.UTF_8)).isEqualTo("one\ntwo\n");
    engine.remove(attempt);
  }

  @Test
  void whatItsEngineEndedByItsRestartIsGoneAndNotErrored() {
    AttemptId attempt = started("echo one; sleep 60");
    RecordingLogSink sink = new RecordingLogSink();
    engine.follow(attempt, sink);
    script("kill", state, false);
    script("start", state, false);
    Observation end = await(attempt, it -> !(it instanceof Observation.Running));
    assertThat(end).isInstanceOf(Observation.Gone.class);
    assertThat(((Observation.Gone) end).why()).contains("engine was restarted");
    assertThat(new String(sink.whole(), StandardCharsets.UTF_8)).isEqualTo("one\n");
    engine.remove(attempt);
  }

  @Test
  void whatEndsByItselfOnceTheEngineIsBackIsNotTheEngines() {
    AttemptId before = started("sleep 60");
    script("kill", state, false);
    script("start", state, false);
    await(before, it -> it instanceof Observation.Gone);
    pause(EngineRestart.MOMENT.toMillis());
    AttemptId after = started("exit 255");
    Observation end = await(after, it -> !(it instanceof Observation.Running));
    assertThat(end).isInstanceOf(Observation.Exited.class).extracting("code").isEqualTo(255);
    engine.remove(before);
    engine.remove(after);
  }

  @Test
  void whatAnEngineEndsBeforeItEndsItselfIsGoneToo() throws IOException {
    AttemptId attempt = started("sleep 60");
    long pid = Long.parseLong(Files.readString(state.resolve("dockerd.pid")).strip());
    ProcessHandle.of(pid).orElseThrow().destroy();
    Observation first = await(attempt, it -> true);
    assertThat(first).isInstanceOfAny(Observation.Running.class, Observation.Gone.class);
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (ProcessHandle.of(pid).isPresent() && System.nanoTime() < deadline) {
      pause(20);
    }
    script("start", state, false);
    Observation end = await(attempt, it -> !(it instanceof Observation.Running));
    assertThat(end).isInstanceOf(Observation.Gone.class);
    engine.remove(attempt);
  }

  @Test
  void anotherEngineIsNotBelievedThatAnAttemptIsGone() throws IOException {
    AttemptId attempt = started("sleep 60");
    String placedOn = engine.identity().host();
    script("kill", state, false);
    pointAt(TestDocker.root().resolve("target/docker").toAbsolutePath());
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (engine.identity().host().equals(placedOn) && System.nanoTime() < deadline) {
      assertThat(seen(attempt)).isNull();
      pause(20);
    }
    assertThat(engine.identity().host()).as("which the reconciler compares").isNotEqualTo(placedOn);
  }

  @Test
  void aStartWhoseEngineIsKilledRunsOnceOrNotAtAll() throws InterruptedException {
    for (int round = 0; round < 2; round++) {
      AttemptId[] id = new AttemptId[1];
      long wait = 60L + 150L * round;
      Thread killer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    pause(wait);
                    script("kill", state, false);
                  });
      AttemptId attempt = new AttemptId("k" + System.nanoTime() % 1_000_000_000, 1);
      id[0] = attempt;
      JobForm form =
          new JobForm(
              List.of("sh", "-c", "echo ran; sleep 30"),
              ContainerSpec.of(TestDocker.IMAGE),
              null,
              true,
              Set.of(),
              Set.of());
      try {
        engine.start(EngineContract.launch(attempt, form, Map.of(), Map.of()));
      } catch (RuntimeException e) { // Refused, or unknown: what is seen later counts.
        assertThat(e.getMessage()).isNotEmpty();
      }
      killer.join();
      script("start", state, false);
      Observation after = await(attempt, it -> true);
      if (after instanceof Observation.Absent) {
        assertThat(engine.forbidStart(attempt)).isTrue();
        pause(300);
        assertThat(engine.observe(attempt)).isInstanceOf(Observation.Absent.class);
      } else {
        assertThat(after).isInstanceOfAny(Observation.Running.class, Observation.Gone.class);
      }
      engine.remove(attempt);
      assertThat(engine.known()).doesNotContain(attempt);
    }
  }
}
