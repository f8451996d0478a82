package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.ExecCommand;
import dev.satchel.core.workload.ExecEnd;
import dev.satchel.core.workload.ExecProcess;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.Observation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands beside jobs, in what keeps these apart. */
final class JobCommandTest {
  private static final String VALUE = "it's 'a'\nvalue of Größe €";

  /** The job's word, which no other process here has. */
  private static final String JOB = "61.77";

  private final String installation = Installations.unique("exec");

  @TempDir private Path data;
  private final List<ProcessEngine> engines = new ArrayList<>();
  private int number;

  /** An isolation, and whether the job is the owner's. */
  record Kind(Isolation isolation, boolean trusted) {}

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind(new Bubblewrap(), true),
        new Kind(new Bubblewrap(), false),
        new Kind(new Unshare(), true));
  }

  @AfterEach
  void removeAll() {
    for (ProcessEngine engine : engines) {
      engine.known().forEach(engine::remove);
      engine.close();
    }
    engines.clear();
  }

  private ProcessEngine engine() {
    return engines.getFirst();
  }

  private AttemptId started(Kind kind) throws IOException, InterruptedException {
    return started(kind, List.of("sleep", JOB));
  }

  private AttemptId started(Kind kind, List<String> command)
      throws IOException, InterruptedException {
    Needs.isolation(kind.isolation(), data);
    Files.writeString(data.resolve("master.key"), "the key");
    engines.add(opened(kind));
    AttemptId attempt = new AttemptId("w", ++number);
    byte[] value = VALUE.getBytes(StandardCharsets.UTF_8);
    JobForm form = new JobForm(command, null, kind.trusted(), Set.of("KEY"), Set.of());
    Launch launch = EngineContract.launch(attempt, form, Map.of("KEY", value), Map.of());
    engine().start(launch);
    until(() -> engine().observe(attempt) instanceof Observation.Running);
    return attempt;
  }

  private ProcessEngine opened(Kind kind) {
    return new ProcessEngine(
        installation,
        data,
        Set.of(),
        SecretDirectory.candidates(null),
        IsolationChoice.of(kind.isolation()),
        1 << 24);
  }

  private static void until(BooleanSupplier isSo) throws InterruptedException {
    Instant deadline = Instant.now().plusSeconds(20);
    while (!isSo.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static long jobOf() {
    return ProcessEngineContract.processesOf(JOB).getFirst();
  }

  private String outputOf(AttemptId attempt, String script) throws Exception {
    return new String(
        outputOf(attempt, new ExecCommand(List.of("sh", "-c", script), false), new byte[0]),
        StandardCharsets.UTF_8);
  }

  private byte[] outputOf(AttemptId attempt, ExecCommand command, byte[] input) throws Exception {
    try (ExecProcess process = engine().exec(attempt, "exec" + ++number, command)) {
      CompletableFuture<byte[]> out = CompletableFuture.supplyAsync(() -> all(process));
      if (command.stdin()) {
        process.stdin().write(input);
        process.stdin().close();
      }
      byte[] output = out.get(20, TimeUnit.SECONDS);
      assertThat(process.stderr().readAllBytes()).asString().isEmpty();
      assertThat(process.await()).isEqualTo(ExecEnd.exited(0));
      return output;
    }
  }

  private static byte[] all(ExecProcess process) {
    try {
      return process.stdout().readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void itHasWhatTheJobHasAndNoMore(Kind kind) throws Exception {
    AttemptId attempt = started(kind);
    assertThat(outputOf(attempt, "printf %s \"$KEY\"")).isEqualTo(VALUE);
    String facts = "grep -E '^(CapEff|CapPrm|CapBnd|NoNewPrivs)' /proc/self/status";
    assertThat(outputOf(attempt, facts))
        .contains("CapEff:\t0000000000000000\n", "CapPrm:\t0000000000000000\n", "NoNewPrivs:\t1")
        .contains(Machine.userId() == 0 ? "CapBnd:\t0000000000000000\n" : "");
    long job = jobOf();
    String there = outputOf(attempt, "cd /proc/self/ns; readlink mnt pid ipc uts user; id -u");
    StringBuilder expected = new StringBuilder();
    for (String namespace : List.of("mnt", "pid", "ipc", "uts", "user")) {
      expected.append(Machine.namespaceOf(job, namespace)).append('\n');
    }
    assertThat(there).isEqualTo(expected.append(Machine.effectiveUserOf(job)) + "\n");
    assertThat(outputOf(attempt, "pwd").strip())
        .isEqualTo(
            kind.trusted()
                ? ControlDirectory.of(data.toRealPath().resolve("attempts"), attempt).work() + ""
                : JobEnvironment.WORK);
    assertThat(outputOf(attempt, "cat '" + data + "/master.key' 2>/dev/null; echo end"))
        .isEqualTo("end\n");
  }

  @Test
  void aJobThatMakesAViewOfItsOwnIsNotFollowedThere() throws Exception {
    String hostile =
        """
        printf '#!/bin/sh\\nid -u >/work/ran\\n' >setpriv && chmod 755 setpriv && touch made
        exec unshare -Urm sh -c 'mount --bind /work/setpriv /usr/bin/setpriv && touch /work/laid; exec sleep 61.78'
        """;
    AttemptId attempt = started(new Kind(new Bubblewrap(), false), List.of("sh", "-c", hostile));
    Path work = ControlDirectory.of(data.toRealPath().resolve("attempts"), attempt).work();
    for (int again = 0; again < 200 && !Files.exists(work.resolve("laid")); again++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    dev.satchel.core.Needs.that(
        Files.exists(work.resolve("laid")), "jobs may make no namespaces here");
    assertThat(outputOf(attempt, "echo here; head -c 2 /usr/bin/setpriv | tr -d '\\0'"))
        .startsWith("here\n")
        .doesNotContain("#!");
    assertThat(work.resolve("ran")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatItSignalsAsAGroupIsItselfAlone(Kind kind) throws Exception {
    AttemptId attempt = started(kind);
    ExecCommand command = new ExecCommand(List.of("sh", "-c", "kill -TERM 0; sleep 5"), false);
    try (ExecProcess process = engine().exec(attempt, "group", command)) {
      assertThat(all(process)).isEmpty();
      assertThat(process.await())
          .isEqualTo(ExecEnd.exited(143)); // And this JVM is there to say so.
    }
    assertThat(engine().observe(attempt)).isInstanceOf(Observation.Running.class);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatItReadsAndPrintsIsExactToTheByte(Kind kind) throws Exception {
    byte[] random = new byte[3 << 20];
    new Random(11).nextBytes(random);
    assertThat(outputOf(started(kind), new ExecCommand(List.of("cat"), true), random))
        .isEqualTo(random);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void noValueAndNoWordIsInAnyProcessButItsOwn(Kind kind) throws Exception {
    AttemptId attempt = started(kind);
    ExecCommand command = new ExecCommand(List.of("sleep", "77.31"), false);
    try (ExecProcess process = engine().exec(attempt, "the-exec", command)) {
      assertThat(process.stdin()).isNotNull();
      until(() -> !ProcessEngineContract.processesOf("77.31").isEmpty());
      long own = ProcessEngineContract.processesOf("77.31").getFirst();
      String value = "KEY=" + Machine.asRead(VALUE);
      long job = jobOf();
      assertThat(ProcessHandle.allProcesses().map(ProcessHandle::pid))
          .filteredOn(pid -> Machine.startedWith(pid, value))
          .containsOnly(own, job);
      assertThat(ProcessHandle.allProcesses().map(ProcessHandle::pid))
          .filteredOn(pid -> Machine.commandLineOf(pid).contains(Machine.asRead(VALUE)))
          .isEmpty();
    }
    ProcessEngineContract.assertNoneOf("77.31");
  }

  @Test
  void itEndsWithItsCloseAndWithItsAttempt() throws Exception {
    AttemptId attempt = started(new Kind(new Bubblewrap(), true));
    ExecCommand many =
        new ExecCommand(List.of("sh", "-c", "setsid sleep 77.32 & sleep 77.32; true"), false);
    ExecProcess closed = engine().exec(attempt, "one", many);
    until(() -> ProcessEngineContract.processesOf("77.32").size() >= 2);
    closed.close();
    ProcessEngineContract.assertNoneOf("77.32");
    try (ExecProcess cut = engine().exec(attempt, "two", many)) {
      until(() -> ProcessEngineContract.processesOf("77.32").size() >= 2);
      engine().stop(attempt, Duration.ZERO);
      assertThat(all(cut)).isEmpty();
      assertThat(cut.await().cause()).isEqualTo(ExecEnd.Cause.ATTEMPT_ENDED);
    }
    until(() -> refusesExec(attempt)); // A moment after its first process is gone.
  }

  private boolean refusesExec(AttemptId attempt) {
    try {
      engine().requireExec(attempt);
      return false;
    } catch (RefusedException no) {
      assertThat(no.reason()).isEqualTo(Reason.ATTEMPT_NOT_RUNNING);
      return true;
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void oneThatIsStoppedKeepsNoAttemptFromEnding(Kind kind) throws Exception {
    AttemptId attempt = started(kind);
    try (ExecProcess stopped = stopped(attempt)) {
      CompletableFuture<ExecEnd> end = CompletableFuture.supplyAsync(() -> ended(stopped));
      engine().stop(attempt, Duration.ZERO);
      until(() -> engine().observe(attempt) instanceof Observation.Exited);
      assertThat(end.get(20, TimeUnit.SECONDS).cause()).isEqualTo(ExecEnd.Cause.ATTEMPT_ENDED);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void oneThatIsStoppedKeepsNoAttemptFromEnding_alsoWhereItsServerWasKilled(Kind kind)
      throws Exception {
    AttemptId attempt = started(kind);
    ExecProcess _ = stopped(attempt); // Nobody waits for it.
    engine().close();
    ProcessHandle.of(jobOf()).orElseThrow().destroyForcibly();
    engines.set(0, opened(kind));
    until(() -> engine().observe(attempt) instanceof Observation.Exited);
  }

  private ExecProcess stopped(AttemptId attempt) throws InterruptedException {
    ExecCommand command =
        new ExecCommand(List.of("sh", "-c", "sleep 77.33 & kill -STOP $$"), false);
    ExecProcess process = engine().exec(attempt, "stopped" + ++number, command);
    until(() -> !ProcessEngineContract.processesOf("77.33").isEmpty());
    TimeUnit.MILLISECONDS.sleep(200); // So that what waits for it has stopped as well.
    return process;
  }

  private static ExecEnd ended(ExecProcess process) {
    try {
      return process.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
