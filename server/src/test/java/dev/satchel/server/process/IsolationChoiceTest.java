package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.server.process.IsolationChoice.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Only what the machine has answered is believed, and kept. */
@Timeout(60)
final class IsolationChoiceTest {
  @TempDir private Path data;
  private final Map<String, Answer> answers = new HashMap<>();
  private final IsolationChoice choice =
      new IsolationChoice(isolation -> answers.getOrDefault(isolation.name(), Answer.REFUSED));

  @Test
  void onlyADefiniteNoFallsToTheNext() {
    answers.put("unshare", Answer.WORKS);
    assertThat(choice.get()).contains(new Unshare());
    answers.put("bubblewrap", Answer.WORKS);
    assertThat(choice.get()).as("what was answered stays").contains(new Unshare());
  }

  @Test
  void whereNothingWorksThereIsNone() {
    assertThat(choice.get()).contains(new NoIsolation());
  }

  @Test
  void whatDidNotAnswerIsNotPassedOverAndIsTriedAnew() {
    answers.put("bubblewrap", Answer.NONE);
    answers.put("unshare", Answer.WORKS);
    assertThat(choice.get()).isEmpty();
    answers.put("bubblewrap", Answer.WORKS);
    assertThat(choice.get()).contains(new Bubblewrap());
  }

  @Test
  void aMachineThatDoesNotAnswerStartsNothingAndSaysSo() {
    answers.put("bubblewrap", Answer.NONE);
    List<Path> tmpfs = SecretDirectory.candidates(null);
    JobForm form = new JobForm(List.of("true"), null, true, Set.of(), Set.of());
    AttemptId attempt = new AttemptId("choice", 1);
    Launch launch = EngineContract.launch(attempt, form, Map.of(), Map.of());
    try (var engine =
        new ProcessEngine(Installations.unique("choice"), data, Set.of(), tmpfs, choice, 1 << 20)) {
      assertThat(engine.isolation()).isEqualTo("unknown");
      assertThat(engine.objections(form)).containsExactly(IsolationChoice.OBJECTION);
      assertThatThrownBy(() -> engine.start(launch))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.START_FAILED))
          .hasMessageContaining("Try again");
      answers.put("bubblewrap", Answer.WORKS);
      assertThat(engine.objections(form)).isEmpty();
      assertThat(engine.isolation()).isEqualTo("bubblewrap");
    }
  }

  @Test
  void aProgramThatTakesTooLongHasNotAnswered() {
    Needs.isolation(new Bubblewrap(), data);
    assertThat(new Bubblewrap().tried(data, Duration.ZERO)).isEqualTo(Answer.NONE);
  }

  @Test
  void aProgramThatIsNotThereIsTold() {
    assertThat(Tool.there("sh")).isTrue();
    assertThat(Tool.there("no-such-program")).isFalse();
  }

  @Test
  void whoWaitedForAnAnswerThatDidNotComeDoesNotWaitOnceMore() throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch answer = new CountDownLatch(1);
    IsolationChoice slow =
        new IsolationChoice(
            isolation -> {
              asked.incrementAndGet();
              awaited(answer);
              return Answer.NONE;
            });
    List<Thread> threads =
        List.of(Thread.ofPlatform().start(slow::get), Thread.ofPlatform().start(slow::get));
    while (threads.stream().noneMatch(thread -> thread.getState() == Thread.State.BLOCKED)) {
      Thread.sleep(1);
    }
    answer.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(asked).hasValue(1);
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
