package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.SecretValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What every engine keeps to. A new engine is done when its subclass passes. */
public abstract class EngineContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** The engine under test, the same one during a test. */
  protected abstract Engine engine();

  /** An attempt's id that no other test uses. */
  protected static AttemptId newAttempt() {
    return new AttemptId("w" + System.nanoTime() % 1_000_000_000, NUMBER.incrementAndGet());
  }

  protected Launch launch(AttemptId attempt, String... command) {
    return launch(attempt, Map.of(), Map.of(), command);
  }

  /** A launch by the machine's owner, in a fresh working directory. */
  protected Launch launch(
      AttemptId attempt,
      Map<String, byte[]> variables,
      Map<String, byte[]> files,
      String... command) {
    return launch(attempt, form(List.of(command), variables, files), variables, files);
  }

  /** The plainest form of a job by the machine's owner. */
  protected JobForm form(
      List<String> command, Map<String, byte[]> variables, Map<String, byte[]> files) {
    return new JobForm(command, null, true, variables.keySet(), files.keySet());
  }

  /** A launch of any form; what it is given is copied. */
  public static Launch launch(
      AttemptId attempt, JobForm form, Map<String, byte[]> variables, Map<String, byte[]> files) {
    return new Launch(attempt, form, values(variables), values(files));
  }

  private static Map<String, SecretValue> values(Map<String, byte[]> bytes) {
    Map<String, SecretValue> values = new HashMap<>();
    bytes.forEach((name, value) -> values.put(name, SecretValue.of(value.clone())));
    return values;
  }

  /** Starts a job of {@code sh -c script} and returns its id. */
  protected AttemptId started(String script) {
    AttemptId attempt = newAttempt();
    engine().start(launch(attempt, "sh", "-c", script));
    return attempt;
  }

  /** What is seen of an attempt, once it is as wanted; fails where that takes 20 seconds. */
  protected Observation seen(AttemptId attempt, Predicate<Observation> wanted) {
    return seen(engine(), attempt, wanted);
  }

  protected static Observation seen(
      Engine engine, AttemptId attempt, Predicate<Observation> wanted) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < deadline) {
      Observation seen = engine.observe(attempt);
      if (wanted.test(seen)) {
        return seen;
      }
      pause(5);
    }
    throw new AssertionError("still " + engine.observe(attempt));
  }

  protected int exitCodeOf(AttemptId attempt) {
    Observation seen =
        seen(attempt, it -> it instanceof Observation.Exited || it instanceof Observation.Gone);
    assertThat(seen).isInstanceOf(Observation.Exited.class);
    return ((Observation.Exited) seen).code();
  }

  protected RecordingLogSink followed(AttemptId attempt) {
    RecordingLogSink sink = new RecordingLogSink();
    engine().follow(attempt, sink);
    return sink;
  }

  protected static void pause(long millis) {
    try {
      Thread.sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theExitCodeIsTheJobsOwn() {
    assertThat(exitCodeOf(started("exit 0"))).isZero();
    assertThat(exitCodeOf(started("exit 3"))).isEqualTo(3);
    assertThat(exitCodeOf(started("exit 255"))).isEqualTo(255);
  }

  @Test
  void anUnknownAttemptIsAbsent() {
    AttemptId attempt = newAttempt();
    assertThat(engine().observe(attempt)).isInstanceOf(Observation.Absent.class);
    assertThat(engine().known()).doesNotContain(attempt);
  }

  @Test
  void aStartedAttemptIsKnownAndRunsOrHasRunWhenStartReturns() {
    AttemptId attempt = started("sleep 60");
    assertThat(engine().observe(attempt)).isInstanceOf(Observation.Running.class);
    assertThat(engine().known()).contains(attempt);
  }

  @Test
  void whatTheJobPrintsArrivesInOrderAndThenTheLogEnds() {
    AttemptId attempt = started("echo one; echo two; echo three; exit 4");
    assertThat(new String(followed(attempt).whole(), StandardCharsets.UTF_8))
        .isEqualTo("one\ntwo\nthree\n");
    assertThat(exitCodeOf(attempt)).isEqualTo(4);
  }

  @Test
  void followingGoesOnWhereTheSinkStopped() {
    AttemptId attempt = started("echo one; echo two; exit 0");
    exitCodeOf(attempt);
    RecordingLogSink sink = new RecordingLogSink("one\n".length());
    engine().follow(attempt, sink);
    assertThat(new String(sink.whole(), StandardCharsets.UTF_8)).isEqualTo("two\n");
  }

  @Test
  void startingTwiceRunsOnce() {
    AttemptId attempt = newAttempt();
    Launch launch = launch(attempt, "sh", "-c", "echo ran; sleep 1; exit 5");
    engine().start(launch);
    engine().start(launch);
    RecordingLogSink sink = followed(attempt);
    assertThat(exitCodeOf(attempt)).isEqualTo(5);
    engine().start(launch);
    assertThat(new String(sink.whole(), StandardCharsets.UTF_8)).isEqualTo("ran\n");
    assertThat(exitCodeOf(attempt)).isEqualTo(5);
  }

  @Test
  void startsAtTheSameMomentRunOnce() throws InterruptedException {
    for (int round = 0; round < 5; round++) {
      AttemptId attempt = newAttempt();
      CountDownLatch go = new CountDownLatch(1);
      ConcurrentLinkedQueue<Throwable> thrown = new ConcurrentLinkedQueue<>();
      List<Thread> threads = List.of(starter(attempt, go, thrown), starter(attempt, go, thrown));
      go.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(thrown).isEmpty();
      assertThat(new String(followed(attempt).whole(), StandardCharsets.UTF_8)).isEqualTo("ran\n");
      assertThat(exitCodeOf(attempt)).isEqualTo(6);
    }
  }

  private Thread starter(
      AttemptId attempt, CountDownLatch go, ConcurrentLinkedQueue<Throwable> thrown) {
    Launch launch = launch(attempt, "sh", "-c", "echo ran; exit 6");
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                go.await();
                engine().start(launch);
              } catch (InterruptedException | RuntimeException e) {
                thrown.add(e);
              }
            });
  }

  @Test
  void stopEndsAJobByTermination() {
    AttemptId attempt = started("sleep 60");
    engine().stop(attempt, Duration.ofSeconds(20));
    assertThat(exitCodeOf(attempt)).isEqualTo(143);
    assertThat(followed(attempt).whole()).isEmpty();
  }

  @Test
  void stopKillsAfterTheGrace() {
    AttemptId attempt = started("trap '' TERM; echo deaf; sleep 60");
    RecordingLogSink sink = followed(attempt);
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!sink.text().contains("deaf") && System.nanoTime() < deadline) {
      pause(5);
    }
    engine().stop(attempt, Duration.ofMillis(300));
    assertThat(exitCodeOf(attempt)).isEqualTo(137);
    assertThat(new String(sink.whole(), StandardCharsets.UTF_8)).isEqualTo("deaf\n");
  }

  @Test
  void stoppingWhatHasEndedChangesNothing() {
    AttemptId attempt = started("exit 2");
    assertThat(exitCodeOf(attempt)).isEqualTo(2);
    engine().stop(attempt, Duration.ZERO);
    pause(50);
    assertThat(exitCodeOf(attempt)).isEqualTo(2);
  }

  @Test
  void aForbiddenStartNeverHappens() {
    AttemptId attempt = newAttempt();
    assertThat(engine().forbidStart(attempt)).isTrue();
    assertThat(engine().forbidStart(attempt)).isTrue(); // Whoever died after it did so asks again.
    Launch launch = launch(attempt, "sh", "-c", "exit 0");
    assertThatThrownBy(() -> engine().start(launch))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.START_FAILED));
    assertThat(engine().observe(attempt)).isInstanceOf(Observation.Absent.class);
  }

  @Test
  void aStartedAttemptCannotBeForbidden() {
    AttemptId attempt = started("sleep 60");
    assertThat(engine().forbidStart(attempt)).isFalse();
    assertThat(engine().observe(attempt)).isInstanceOf(Observation.Running.class);
  }

  @Test
  void aRemovedAttemptIsGoneWithoutATrace() {
    AttemptId attempt = started("sleep 60");
    RecordingLogSink sink = followed(attempt);
    engine().remove(attempt);
    engine().remove(attempt);
    assertThat(engine().observe(attempt)).isInstanceOf(Observation.Absent.class);
    assertThat(engine().known()).doesNotContain(attempt);
    sink.whole();
  }

  @Test
  void listenersHearOfTheEnd() {
    Set<AttemptId> ended = ConcurrentHashMap.newKeySet();
    engine()
        .onChange(
            id -> {
              if (engine().observe(id) instanceof Observation.Exited) {
                ended.add(id);
              }
            });
    AttemptId attempt = started("exit 7");
    exitCodeOf(attempt);
    long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    while (!ended.contains(attempt) && System.nanoTime() < deadline) {
      pause(2);
    }
    assertThat(ended).contains(attempt);
  }

  @Test
  void anEngineSaysWhereItRunsThings() {
    assertThat(engine().name()).isNotEmpty();
    assertThat(engine().identity().host()).isNotEmpty();
    assertThat(engine().identity().life()).isNotEmpty();
    assertThat(engine().isolation()).isIn("bubblewrap", "unshare", "container", "none");
  }

  @Test
  void aCommandInsideAnAttemptRunsOrIsRefused() throws Exception {
    AttemptId attempt = started("sleep 60");
    seen(attempt, it -> it instanceof Observation.Running);
    ExecCommand command = new ExecCommand(List.of("echo", "inside"), false);
    if (runsCommands()) {
      try (ExecProcess process = engine().exec(attempt, "the-first", command)) {
        assertThat(process.stdout().readAllBytes()).asString().isEqualTo("inside\n");
        assertThat(process.stderr().readAllBytes()).isEmpty();
        assertThat(process.await()).isEqualTo(ExecEnd.exited(0));
      }
    } else { // Never skipped: what an engine cannot do, it says.
      assertThatThrownBy(() -> engine().requireExec(attempt))
          .isInstanceOfSatisfying(
              RefusedException.class,
              refused -> {
                assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED);
                assertThat(refused.detail()).contains(engine().name(), "image");
              });
      assertThatThrownBy(() -> engine().exec(attempt, "the-first", command))
          .isInstanceOf(RefusedException.class);
    }
    engine().stop(attempt, Duration.ZERO);
  }

  /** Whether the engine says that it runs commands inside attempts. */
  protected boolean runsCommands() {
    return true;
  }
}
