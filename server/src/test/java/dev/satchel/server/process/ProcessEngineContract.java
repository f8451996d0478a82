package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.LogSink;
import dev.satchel.core.workload.Observation;
import dev.satchel.core.workload.RecordingLogSink;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of attempts as processes, in whatever isolation. */
abstract class ProcessEngineContract extends EngineContract {
  private static final List<Path> TMPFS = SecretDirectory.candidates(null);

  @TempDir Path data;
  @TempDir Path outside;
  ProcessEngine engine;

  abstract Isolation isolation();

  @BeforeEach
  void open() {
    engine = reopened();
  }

  ProcessEngine reopened() {
    return new ProcessEngine(
        Installations.unique("contract"),
        data,
        Set.of(),
        TMPFS,
        IsolationChoice.of(isolation()),
        1L << 30);
  }

  @AfterEach
  void removeAll() {
    for (AttemptId attempt : engine.known()) {
      engine.remove(attempt);
    }
    engine.close();
  }

  @Override
  protected ProcessEngine engine() {
    return engine;
  }

  RunnerRecord runnerOf(AttemptId attempt) {
    return Objects.requireNonNull(control(attempt).runner());
  }

  ControlDirectory control(AttemptId attempt) {
    return ControlDirectory.of(data.resolve("attempts"), attempt);
  }

  String outputOf(AttemptId attempt) {
    return new String(followed(attempt).whole(), StandardCharsets.UTF_8);
  }

  /** Processes that were started with a word, as the machine sees them. */
  static List<Long> processesOf(String word) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> Machine.commandLineOf(pid).contains("\0" + word + "\0"))
        .toList();
  }

  static void assertNoneOf(String word) {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!processesOf(word).isEmpty() && System.nanoTime() < deadline) {
      pause(10);
    }
    assertThat(processesOf(word)).isEmpty();
  }

  static List<Path> filesBelow(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("owner")) // Of the installation, and holds no value.
          .toList();
    }
  }

  @Test
  void signalsAndShellsGiveTheirTrueCodes() {
    assertThat(exitCodeOf(started("kill -TERM $$"))).isEqualTo(143);
    assertThat(exitCodeOf(started("kill -KILL $$"))).isEqualTo(137);
    assertThat(exitCodeOf(started("kill -INT $$"))).isEqualTo(130);
    AttemptId missing = newAttempt();
    engine.start(launch(missing, "no-such-program"));
    assertThat(exitCodeOf(missing)).isEqualTo(127);
    assertThat(outputOf(missing)).contains("no-such-program");
    AttemptId notExecutable = newAttempt();
    engine.start(launch(notExecutable, "/etc/passwd"));
    assertThat(exitCodeOf(notExecutable)).isEqualTo(126);
  }

  @Test
  void outputIsExactToTheByte() throws IOException {
    byte[] random = new byte[1 << 20];
    new Random(7).nextBytes(random);
    Files.write(outside.resolve("random"), random);
    AttemptId attempt = newAttempt();
    engine.start(launch(attempt, "cat", outside.resolve("random").toString()));
    assertThat(followed(attempt).whole()).isEqualTo(random);
    assertThat(outputOf(started("printf 'no newline'"))).isEqualTo("no newline");
    assertThat(outputOf(started("exit 0"))).isEmpty();
  }

  @Test
  void aJobCannotTruncateItsOutput() {
    assertThat(outputOf(started("echo a; : >/dev/stdout; echo b >/dev/stdout; echo c >&2")))
        .isEqualTo("a\nb\nc\n");
  }

  @Test
  void aSpoolHasALimitAndTheJobGoesOn() {
    ProcessEngine small =
        new ProcessEngine(
            Installations.unique("contract"),
            data,
            Set.of(),
            TMPFS,
            IsolationChoice.of(isolation()),
            1 << 20);
    AttemptId attempt = newAttempt();
    small.start(launch(attempt, "sh", "-c", "head -c 3000000 /dev/zero; exit 8"));
    assertThat(exitCodeOf(attempt)).isEqualTo(8);
    byte[] log = followed(attempt).whole();
    assertThat(log.length).isBetween((1 << 20) + 1, (1 << 20) + 200);
    assertThat(new String(log, StandardCharsets.UTF_8))
        .contains("\0" + LogSink.GAP)
        .endsWith("was dropped.\n");
    small.close();
  }

  private interface OnSmallTmpfs {
    void run(ProcessEngine small, AttemptId attempt, Path spool) throws IOException;
  }

  /** Runs a job that prints 6 MB at once with 2 MiB of tmpfs, until it waits. */
  private void withAFullTmpfs(OnSmallTmpfs body) throws IOException {
    Needs.root();
    String tmpfs = Files.createDirectory(outside.resolve("tmpfs")).toString();
    dev.satchel.core.Needs.that(
        dev.satchel.core.Needs.works(
            "mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", tmpfs),
        "this test needs to mount a tmpfs");
    var isolated = IsolationChoice.of(isolation());
    try (ProcessEngine small =
        new ProcessEngine(
            Installations.unique("small"),
            data,
            Set.of(),
            List.of(Path.of(tmpfs)),
            isolated,
            1L << 30)) {
      AttemptId attempt = newAttempt();
      String script = "head -c 6000000 /dev/zero | tr '\\0' x; sleep 1; echo end; exit 3";
      small.start(launch(attempt, "sh", "-c", script));
      Path spool = runnerOf(attempt).launch().resolve("spool");
      long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (new File(tmpfs).getUsableSpace() > 0 && System.nanoTime() < deadline) {
        pause(5);
      }
      body.run(small, attempt, spool);
      small.remove(attempt);
    } finally {
      assertThat(dev.satchel.core.Needs.works("umount", "--lazy", tmpfs)).isTrue();
    }
  }

  @Test
  void whereTheTmpfsIsFullTheJobWaitsForRoom() throws IOException {
    withAFullTmpfs(
        (small, attempt, spool) -> {
          long size = Files.size(spool);
          pause(2000); // Longer than the job would take to end.
          assertThat(small.observe(attempt)).isInstanceOf(Observation.Running.class);
          assertThat(Files.size(spool)).isEqualTo(size);
          RecordingLogSink sink = new RecordingLogSink();
          small.follow(attempt, sink);
          assertThat(exitCodeOf(attempt)).isEqualTo(3);
          String log = new String(sink.whole(), StandardCharsets.UTF_8);
          long kept = log.chars().filter(c -> c == 'x').count();
          long notes = log.lines().filter(line -> line.contains("x" + LogSink.GAP)).count();
          assertThat(notes).isPositive();
          assertThat(kept).isBetween(6_000_000 - notes * 131_072, 5_999_999L);
          assertThat(log).endsWith("end\n");
        });
  }

  @Test
  void aJobThatWaitsForRoomIsEndedAndWhatWasLostIsTold() throws IOException {
    withAFullTmpfs(
        (small, attempt, spool) -> {
          small.stop(attempt, Duration.ofMillis(100));
          assertThat(exitCodeOf(attempt)).isIn(137, 143);
          RecordingLogSink sink = new RecordingLogSink();
          small.follow(attempt, sink);
          assertThat(new String(sink.whole(), StandardCharsets.UTF_8))
              .contains("x" + LogSink.GAP)
              .endsWith("was dropped.\n");
        });
  }

  @Test
  void whereTheTmpfsIsFullNoOtherJobIsStarted() throws IOException {
    withAFullTmpfs(
        (small, attempt, spool) -> {
          Launch other = launch(newAttempt(), "true");
          assertThatThrownBy(() -> small.start(other))
              .isInstanceOf(RefusedException.class)
              .hasMessageContainingAll("no room", outside.resolve("tmpfs").toString());
          assertThat(small.observe(other.attempt())).isInstanceOf(Observation.Absent.class);
        });
  }

  @Test
  void nobodyWaitsForRoomOnceTheAttemptIsRemoved() throws IOException {
    withAFullTmpfs(
        (small, attempt, spool) -> {
          ProcessHandle.of(runnerOf(attempt).pid()).orElseThrow().destroyForcibly();
          small.remove(attempt);
          assertNoneOf(control(attempt).path().toString());
        });
  }

  @Test
  void whatTheSinkHasStoredIsFreed() throws IOException {
    AttemptId attempt = started("head -c 20000000 /dev/zero; sleep 60");
    RecordingLogSink sink = followed(attempt);
    Path spool = runnerOf(attempt).launch().resolve("spool");
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while ((sink.rawOffset() < 20_000_000 || allocated(spool) > 8_000_000)
        && System.nanoTime() < deadline) {
      pause(20);
    }
    assertThat(sink.bytes()).hasSize(20_000_000);
    assertThat(Files.size(spool)).isEqualTo(20_000_000);
    assertThat(allocated(spool)).isLessThan(8_000_000);
  }

  private static long allocated(Path file) throws IOException {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    return 512
        * Long.parseLong(
            new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
  }

  @Test
  void whoeverElseHoldsTheOutputIsNotWaitedFor() throws IOException {
    AttemptId attempt = started("echo on; sleep 1; exit 3");
    RecordingLogSink sink = followed(attempt);
    awaitText(sink, "on");
    Path output = runnerOf(attempt).launch().resolve("output");
    try (OutputStream held = Files.newOutputStream(output)) {
      assertThat(exitCodeOf(attempt)).isEqualTo(3);
      assertThat(new String(sink.whole(), StandardCharsets.UTF_8)).isEqualTo("on\n");
      assertThatThrownBy(() -> held.write(1)).as("nobody reads on").isInstanceOf(IOException.class);
    }
  }

  @Test
  void whatAJobSendsToItsProcessGroupStaysWithinTheJob() {
    assertThat(exitCodeOf(started("kill -KILL 0"))).isEqualTo(137);
    assertThat(exitCodeOf(started("trap '' TERM; kill -TERM 0; exit 5"))).isEqualTo(5);
    AttemptId stopped = started("echo on; kill -STOP 0; exit 6");
    awaitText(followed(stopped), "on");
    assertThat(engine.observe(stopped)).isInstanceOf(Observation.Running.class);
    engine.stop(stopped, Duration.ofMillis(100));
    assertThat(exitCodeOf(stopped)).isEqualTo(137);
  }

  @Test
  void whatAJobDoesToTheOpenFilesOfItsParentChangesNothing() {
    Path done = outside.resolve("done");
    String script =
        "trap 'exit 7' TERM; for f in /proc/$PPID/fd/[0-9]*; do for act in 'echo x >' 'cat <' ': >'; do"
            + " timeout 0.1 sh -c \"$act$f\" >/dev/null 2>&1; done; done;"
            + " : >'"
            + done // Its output may well be lost: it reads that, too.
            + "'; while :; do sleep 0.05; done";
    AttemptId attempt = started(script);
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!Files.exists(done) && System.nanoTime() < deadline) {
      pause(5);
    }
    assertThat(done).exists();
    assertThat(engine.observe(attempt)).isInstanceOf(Observation.Running.class);
    engine.stop(attempt, Duration.ofSeconds(5));
    assertThat(exitCodeOf(attempt)).isEqualTo(7);
  }

  @Test
  void theJobIsAskedToEndAndNotWhatItLeftBehind() {
    AttemptId attempt =
        started("(sleep 60 &); trap 'exit 7' TERM; echo on; while :; do sleep 0.05; done");
    awaitText(followed(attempt), "on");
    engine.stop(attempt, Duration.ofSeconds(5));
    assertThat(exitCodeOf(attempt)).isEqualTo(7);
  }

  @Test
  void whatAJobLeavesRunningEndsWithIt() {
    AttemptId attempt =
        started("setsid sleep 54321.5 & (sleep 54321.5 &) ; exec setsid -w sh -c 'exit 4'");
    assertThat(exitCodeOf(attempt)).isEqualTo(4);
    assertNoneOf("54321.5");
  }

  @Test
  void stopEndsTheWholeTree() {
    AttemptId attempt = started("trap '' TERM; setsid sleep 54322.5 & echo on; sleep 54322.5");
    RecordingLogSink sink = followed(attempt);
    awaitText(sink, "on");
    engine.stop(attempt, Duration.ofMillis(100));
    assertThat(exitCodeOf(attempt)).isEqualTo(137);
    assertNoneOf("54322.5");
  }

  @Test
  void aJobThatTidiesUpWhenAskedToEndGetsTheTime() {
    AttemptId attempt =
        started("trap 'sleep 0.3; echo tidied; exit 0' TERM; echo on; sleep 60 & wait");
    RecordingLogSink sink = followed(attempt);
    awaitText(sink, "on");
    engine.stop(attempt, Duration.ofSeconds(20));
    assertThat(exitCodeOf(attempt)).isZero();
    assertThat(new String(sink.whole(), StandardCharsets.UTF_8)).isEqualTo("on\ntidied\n");
  }

  private static void awaitText(RecordingLogSink sink, String text) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!sink.text().contains(text) && System.nanoTime() < deadline) {
      pause(5);
    }
    assertThat(sink.text()).contains(text);
  }

  @Test
  void anotherLifeOfTheServerFindsWhatRuns() throws IOException {
    Path go = outside.resolve("go");
    AttemptId attempt =
        started("echo one; until [ -e '" + go + "' ]; do sleep 0.02; done; echo two; exit 9");
    awaitText(followed(attempt), "one");
    try (ProcessEngine next = reopened()) {
      Set<AttemptId> told = ConcurrentHashMap.newKeySet();
      next.onChange(told::add);
      assertThat(next.known()).contains(attempt);
      assertThat(next.observe(attempt)).isInstanceOf(Observation.Running.class);
      next.start(launch(attempt, "sh", "-c", "echo again"));
      RecordingLogSink rest = new RecordingLogSink("one\n".length());
      next.follow(attempt, rest);
      told.clear();
      Files.createFile(go);
      assertThat(new String(rest.whole(), StandardCharsets.UTF_8)).isEqualTo("two\n");
      assertThat(seen(next, attempt, it -> it instanceof Observation.Exited))
          .extracting("code")
          .isEqualTo(9);
      seenBy(told, attempt);
    }
  }

  private static void seenBy(Set<AttemptId> told, AttemptId attempt) {
    long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    while (!told.contains(attempt) && System.nanoTime() < deadline) {
      pause(5);
    }
    assertThat(told).contains(attempt);
  }

  @Test
  void whereTheRunnerIsKilledTheTreeDiesAndTheAttemptIsGone() {
    AttemptId attempt = started("setsid sleep 54323.5 & echo on; sleep 54323.5");
    RecordingLogSink sink = followed(attempt);
    awaitText(sink, "on");
    Set<AttemptId> told = ConcurrentHashMap.newKeySet();
    engine.onChange(told::add);
    ProcessHandle.of(runnerOf(attempt).pid()).orElseThrow().destroyForcibly();
    Observation gone = seen(attempt, it -> it instanceof Observation.Gone);
    assertThat(((Observation.Gone) gone).why()).contains("runner was killed");
    assertNoneOf("54323.5");
    seenBy(told, attempt);
    assertThat(new String(sink.whole(), StandardCharsets.UTF_8)).isEqualTo("on\n");
  }

  @Test
  void theRunnerOutlivesARequestToEnd() {
    AttemptId attempt = started("sleep 0.5; exit 6");
    ProcessHandle.of(runnerOf(attempt).pid()).orElseThrow().destroy();
    assertThat(exitCodeOf(attempt)).isEqualTo(6);
  }

  @Test
  void anAttemptOfAnEarlierBootIsGone() throws IOException {
    AttemptId attempt = newAttempt();
    control(attempt).make();
    Files.createFile(control(attempt).path().resolve("started"));
    Files.writeString(
        control(attempt).path().resolve("running"),
        "00000000-0000-0000-0000-000000000000 1 1 /nowhere\n");
    assertThat(engine.observe(attempt))
        .isEqualTo(new Observation.Gone("the machine was restarted"));
    assertThat(followed(attempt).whole()).isEmpty();
  }

  @Test
  void anotherProcessOfTheSameIdIsNotTakenForTheRunner() throws IOException {
    AttemptId attempt = newAttempt();
    control(attempt).make();
    Files.createFile(control(attempt).path().resolve("started"));
    long self = ProcessHandle.current().pid();
    Files.writeString(
        control(attempt).path().resolve("running"),
        Machine.bootId() + " " + self + " 1 " + outside + "\n");
    assertThat(engine.observe(attempt)).isInstanceOf(Observation.Gone.class);
    engine.remove(attempt);
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void aStartThatWasTakenByNobodyIsGone() throws IOException {
    AttemptId attempt = newAttempt();
    control(attempt).make();
    Files.createFile(control(attempt).path().resolve("started"));
    assertThat(engine.observe(attempt)).isInstanceOf(Observation.Gone.class);
    assertThat(engine.forbidStart(attempt)).isFalse();
  }

  @Test
  void aRunnerThatComesAfterTheStartWasForbiddenLeaves() throws Exception {
    AttemptId attempt = newAttempt();
    Path launch = Files.createDirectory(outside.resolve("launch"));
    assertThat(engine.forbidStart(attempt)).isTrue();
    Process late = runner(attempt, launch, "touch", outside.resolve("ran").toString());
    assertThat(late.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(outside.resolve("ran")).doesNotExist();
    assertThat(launch).doesNotExist();
    engine.remove(attempt);
    Process later = runner(attempt, launch, "touch", outside.resolve("ran").toString());
    assertThat(later.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(outside.resolve("ran")).doesNotExist();
    assertThat(engine.known()).doesNotContain(attempt);
  }

  @Test
  void anIsolationThatFailsBeforeTheJobHasBegunIsStartedAgain() throws IOException {
    Path launched = outside.resolve("launched");
    AttemptId attempt = startedIn(isolationThatFails(launched, 3), "echo ran; exit 6");
    assertThat(exitCodeOf(attempt)).isEqualTo(6);
    assertThat(outputOf(attempt)).isEqualTo("ran\n");
    assertThat(launched).hasContent("x\nx\nx\nx");
  }

  @Test
  void anIsolationThatAlwaysFailsIsGivenUp() throws IOException {
    AttemptId attempt = startedIn(isolationThatFails(outside.resolve("n"), 99), "echo ran");
    seen(attempt, it -> it instanceof Observation.Gone);
    assertThat(runnerOf(attempt).launch().resolve("said")).hasContent("remount: Invalid argument");
    assertThat(outputOf(attempt)).isEmpty();
  }

  private static String isolationThatFails(Path launched, int times) {
    return "echo x >>'%1$s'; [ $(wc -l <'%1$s') -gt %2$d ] && exec sh -s; echo 'remount: Invalid argument' >&2; exit 1"
        .formatted(launched, times);
  }

  @Test
  void aRunnerWhoseHelpersAreKilledEnds() throws Exception {
    AttemptId attempt = newAttempt();
    Path launch = Files.createDirectory(outside.resolve("launch"));
    Files.createFile(launch.resolve("env"));
    control(attempt).make();
    String killing =
        "for each in $(cat /proc/$PPID/task/$PPID/children); do"
            + " [ $each = $$ ] || kill -9 $each; done; exit 1";
    Process runner = runner(attempt, launch, "sh", "-c", killing);
    assertThat(runner.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(engine.observe(attempt)).isInstanceOf(Observation.Gone.class);
  }

  private AttemptId startedIn(String isolation, String script) throws IOException {
    AttemptId attempt = newAttempt();
    Path launch = Files.createDirectory(outside.resolve("launch"));
    Launch form = launch(attempt, "sh", "-c", script);
    Files.write(launch.resolve("env"), JobEnvironment.script(form, Map.of()));
    control(attempt).make();
    runner(attempt, launch, "sh", "-c", isolation);
    return attempt;
  }

  private Process runner(AttemptId attempt, Path launch, String... command) throws IOException {
    List<String> words = new ArrayList<>(List.of("setsid", "/bin/sh", "-c"));
    words.add(Resources.text("runner.sh"));
    words.addAll(List.of("satchel-runner", control(attempt).path().toString()));
    words.addAll(List.of(launch.toString(), "2048", ""));
    words.addAll(List.of(command));
    return Tool.start(words);
  }

  @Test
  void nothingOfAnAttemptIsLeftAfterItsRemoval() throws IOException {
    byte[] value = "sentinel-5281".getBytes(StandardCharsets.UTF_8);
    AttemptId attempt = newAttempt();
    engine.start(
        launch(
            attempt,
            Map.of("TOKEN", value),
            Map.of(),
            "sh",
            "-c",
            "mkdir -p d/e; ln -s / d/root; echo x >d/e/f; chmod 0 d/e; sleep 60"));
    assertThat(filesBelow(tmpfs())).noneMatch(file -> file.endsWith("env"));
    engine.remove(attempt);
    assertThat(filesBelow(tmpfs())).isEmpty();
    assertThat(control(attempt).path()).doesNotExist();
    assertThat(data.resolve("attempts")).isEmptyDirectory();
  }

  private static Path tmpfs() {
    return Objects.requireNonNull(
            new SecretDirectory(Installations.unique("contract"), TMPFS).root())
        .resolve(Installations.unique("contract"));
  }

  @Test
  void noValueIsInAnyArgumentNorInTheRunnersEnvironment() {
    String sentinel = "sentinel-90210";
    Set<String> lines = ConcurrentHashMap.newKeySet();
    Thread watcher = Thread.ofPlatform().start(() -> watchArguments(lines, sentinel));
    for (int i = 0; i < 10; i++) {
      AttemptId attempt = newAttempt();
      engine.start(
          launch(
              attempt,
              Map.of("TOKEN", sentinel.getBytes(StandardCharsets.UTF_8)),
              Map.of(),
              "sleep",
              "54324.5"));
      long runner = runnerOf(attempt).pid();
      assertThat(Machine.startedWith(runner, "TOKEN=" + sentinel)).isFalse();
      awaitOne("sleep\00054324.5\0", i + 1);
      long holders =
          ProcessHandle.allProcesses()
              .filter(it -> Machine.startedWith(it.pid(), "TOKEN=" + sentinel))
              .peek(
                  it -> assertThat(Machine.commandLineOf(it.pid())).isEqualTo("sleep\00054324.5\0"))
              .count();
      assertThat(holders).isEqualTo(i + 1);
    }
    watcher.interrupt();
    assertThat(lines).isEmpty();
  }

  private static void awaitOne(String line, int count) {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (ProcessHandle.allProcesses()
                .filter(it -> Machine.commandLineOf(it.pid()).equals(line))
                .count()
            < count
        && System.nanoTime() < deadline) {
      pause(2);
    }
  }

  private static void watchArguments(Set<String> lines, String sentinel) {
    while (!Thread.currentThread().isInterrupted()) {
      ProcessHandle.allProcesses()
          .map(it -> Machine.commandLineOf(it.pid()))
          .filter(line -> line.contains(sentinel))
          .forEach(lines::add);
    }
  }

  @Test
  void theJobHasItsOwnVariablesAndTheBaseAndNothingElse() {
    AttemptId attempt = newAttempt();
    engine.start(launch(attempt, Map.of("A", new byte[0]), Map.of(), "cat", "/proc/self/environ"));
    List<String> names =
        Stream.of(outputOf(attempt).split("\0", -1))
            .filter(line -> !line.isEmpty())
            .map(line -> line.substring(0, line.indexOf('=')))
            .toList();
    assertThat(names)
        .contains("A", "PATH", "HOME", "USER", "LANG", "TMPDIR", JobEnvironment.MARKER);
    assertThat(names)
        .isSubsetOf(
            "A",
            "PATH",
            "HOME",
            "USER",
            "LANG",
            "TZ",
            "TMPDIR",
            JobEnvironment.MARKER,
            "SHLVL",
            "_");
  }

  @Test
  void theJobHasNoOpenFilesOfOthersAndNoInput() {
    assertThat(outputOf(started("cd /proc/self/fd; echo [0-9]*; cat"))).matches("0 1 2( 3)?\n");
  }

  @Test
  void aDirectoryThatIsNotThereIsAnObjection() {
    JobForm form =
        new JobForm(List.of("true"), outside.resolve("absent"), true, Set.of(), Set.of());
    assertThat(engine.objections(form)).singleElement().asString().contains("absent");
    Launch launch = launch(newAttempt(), form, Map.of(), Map.of());
    assertThatThrownBy(() -> engine.start(launch))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.START_FAILED));
  }

  @Test
  void theJobWorksWhereItWasToldTo() throws IOException {
    JobForm form = new JobForm(List.of("pwd"), outside, true, Set.of(), Set.of());
    AttemptId attempt = newAttempt();
    engine.start(launch(attempt, form, Map.of(), Map.of()));
    assertThat(outputOf(attempt)).isEqualTo(outside.toRealPath() + "\n");
    assertThat(outputOf(started("pwd; echo kept >file; cat file"))).endsWith("/work\nkept\n");
  }

  @Test
  void valuesThatNoProcessCanHaveAreRefusedByName() {
    Launch nul = launch(newAttempt(), Map.of("NUL", new byte[] {65, 0}), Map.of(), "true");
    assertThatThrownBy(() -> engine.start(nul)).hasMessageContaining("NUL");
    Launch large = launch(newAttempt(), Map.of("LARGE", new byte[131_072]), Map.of(), "true");
    assertThatThrownBy(() -> engine.start(large)).hasMessageContaining("LARGE");
  }

  @Test
  void wordsOfTheCommandArriveExactly() {
    AttemptId attempt = newAttempt();
    engine.start(launch(attempt, "printf", "%s|", "", "it's", "a\nb", "Größe €", "$HOME", "\\"));
    assertThat(outputOf(attempt)).isEqualTo("|it's|a\nb|Größe €|$HOME|\\|");
  }
}
