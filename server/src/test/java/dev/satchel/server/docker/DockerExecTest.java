package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.ExecCommand;
import dev.satchel.core.workload.ExecEnd;
import dev.satchel.core.workload.ExecProcess;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Observation;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands inside containers, by a real engine. */
final class DockerExecTest {
  @TempDir static Path directory;
  private static TestDocker docker;
  private static DockerEngine engine;
  private static AttemptId attempt;
  private static int commands;

  @BeforeAll
  static void start() {
    docker = TestDocker.needed();
    engine =
        new DockerEngine(
            "exec" + ProcessHandle.current().pid(),
            directory,
            List.of(),
            new SecretRoot(SecretRoot.candidates(null)),
            docker.environment());
    attempt = started(1);
  }

  @AfterAll
  static void stop() {
    if (engine != null) {
      engine.known().forEach(engine::remove);
      engine.close();
    }
  }

  private static AttemptId started(int number) {
    AttemptId id = new AttemptId("exec" + ProcessHandle.current().pid(), number);
    Map<String, byte[]> variables = Map.of("KEY", "a value".getBytes(StandardCharsets.UTF_8));
    JobForm form =
        new JobForm(
            List.of("sleep", "600"),
            ContainerSpec.of(TestDocker.IMAGE),
            null,
            false,
            variables.keySet(),
            java.util.Set.of());
    engine.start(EngineContract.launch(id, form, variables, Map.of()));
    until(() -> engine.observe(id) instanceof Observation.Running);
    return id;
  }

  private static void until(BooleanSupplier done) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for too long").isLessThan(deadline);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static ExecProcess exec(AttemptId id, boolean stdin, String... words) {
    return engine.exec(id, "e" + ++commands, new ExecCommand(List.of(words), stdin));
  }

  private record Ended(ExecEnd end, byte[] out, String err) {
    String text() {
      return new String(out, StandardCharsets.UTF_8);
    }
  }

  private static Ended ran(String... words) throws Exception {
    try (ExecProcess process = exec(attempt, false, words)) {
      return ended(process);
    }
  }

  private static Ended ended(ExecProcess process) throws Exception {
    CompletableFuture<byte[]> err = all(process.stderr());
    byte[] out = all(process.stdout()).get(60, TimeUnit.SECONDS);
    String told = new String(err.get(60, TimeUnit.SECONDS), StandardCharsets.UTF_8);
    return new Ended(process.await(), out, told);
  }

  private static CompletableFuture<byte[]> all(InputStream from) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return from.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        Thread::startVirtualThread);
  }

  @Test
  void theExitCodeIsTheCommandsOwn() throws Exception {
    for (int code : List.of(0, 1, 3, 125, 255)) {
      assertThat(ran("sh", "-c", "exit " + code).end()).isEqualTo(ExecEnd.exited(code));
    }
    assertThat(ran("sh", "-c", "kill -9 $$").end()).isEqualTo(ExecEnd.exited(137));
    assertThat(ran("not-a-program").end().code()).isIn(126, 127);
    assertThat(ran("/etc/hosts").end().code()).isIn(126, 127);
  }

  @Test
  void outputsAreApart_andItHasWhatTheJobWasGiven() throws Exception {
    Ended ended = ran("sh", "-c", "echo \"$KEY\"; echo oh >&2; cat");
    assertThat(ended.text()).isEqualTo("a value\n");
    assertThat(ended.err()).isEqualTo("oh\n");
  }

  @Test
  void noWordOfACommandIsAnOption() throws Exception {
    assertThat(ran("--help").end().code()).isIn(126, 127);
    assertThat(ran("--", "echo", "hi").end().code()).isIn(126, 127);
    assertThat(ran("echo", "--user", "0", "-i", "--", "-e").text())
        .isEqualTo("--user 0 -i -- -e\n");
    String odd = "a b\n$(id) \"'`\\ *é";
    assertThat(ran("printf", "%s", odd).text()).isEqualTo(odd);
  }

  @Test
  void fiveMebibytesGoThroughByteForByte() throws Exception {
    byte[] sent = new byte[5 << 20];
    new Random().nextBytes(sent);
    try (ExecProcess process = exec(attempt, true, "cat")) {
      CompletableFuture<byte[]> out = all(process.stdout());
      process.stdin().write(sent);
      process.stdin().close();
      assertThat(Arrays.equals(out.get(60, TimeUnit.SECONDS), sent)).isTrue();
      assertThat(process.await()).isEqualTo(ExecEnd.exited(0));
    }
  }

  @Test
  void aCommandThatIsClosedEndsWithAllThatItStarted() throws Exception {
    List<String> cli = clis();
    try (ExecProcess process = exec(attempt, true, "sh", "-c", "sleep 987 & sleep 987; echo no")) {
      until(() -> runsInside("sleep 987"));
      assertThat(clis()).hasSizeGreaterThan(cli.size());
      assertThat(process.stdout().available()).isZero();
    }
    until(() -> !runsInside("sleep 987"));
    until(() -> clis().equals(cli));
  }

  @Test
  void oneThatIsDeafIsKilled() throws Exception {
    try (ExecProcess process =
        exec(attempt, false, "sh", "-c", "trap '' TERM; while :; do sleep 0.1; : deaf; done")) {
      until(() -> runsInside(": deaf"));
      assertThat(process.stdout().available()).isZero();
    }
    until(() -> !runsInside(": deaf"));
  }

  @Test
  void anAttemptThatEndsEndsWhatRunsInsideAndIsNamedAsTheCause() throws Exception {
    AttemptId ending = started(2);
    try (ExecProcess process = exec(ending, true, "sleep", "600")) {
      engine.stop(ending, Duration.ZERO);
      Ended ended = ended(process);
      assertThat(ended.end().cause()).isEqualTo(ExecEnd.Cause.ATTEMPT_ENDED);
    }
    assertThatThrownBy(() -> exec(ending, false, "true"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.ATTEMPT_NOT_RUNNING));
    assertThatThrownBy(() -> exec(new AttemptId("nowhere", 1), false, "true"))
        .isInstanceOf(RefusedException.class);
  }

  private static boolean runsInside(String words) {
    String container = "satchel-exec" + ProcessHandle.current().pid() + "-" + attempt;
    return docker.run("top", container, "-eo", "pid,args").contains(words);
  }

  /** Children of this process that are container CLIs, as their arguments tell. */
  private static List<String> clis() {
    List<String> found = new ArrayList<>();
    ProcessHandle.current()
        .descendants()
        .forEach(
            child -> {
              String line = String.join(" ", child.info().arguments().orElse(new String[0]));
              if (line.contains("exec --env " + ContainerExec.MARK)) {
                found.add(Long.toString(child.pid()));
              }
            });
    return found;
  }
}
