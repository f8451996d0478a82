package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.workload.EngineOutageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class GatheringTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<List<String>> calls = new ArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch going = new CountDownLatch(1);

  private ContainerCli.Answer call(List<String> names) {
    calls.add(names);
    begun.countDown();
    if (calls.size() == 1) {
      await(going);
    }
    return new ContainerCli.Answer(0, String.join(" ", names), "");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsAskedDuringACallIsOneCall() {
    Gathering gathering = new Gathering(this::call, PATIENCE);
    List<CompletableFuture<ContainerCli.Answer>> answers = new ArrayList<>();
    answers.add(CompletableFuture.supplyAsync(() -> gathering.ask("first")));
    await(begun);
    AtomicInteger asking = new AtomicInteger();
    List<Thread> askers = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      String name = "n" + i;
      CompletableFuture<ContainerCli.Answer> answer = new CompletableFuture<>();
      answers.add(answer);
      askers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    asking.incrementAndGet();
                    answer.complete(gathering.ask(name));
                  }));
    }
    while (asking.get() < 250
        || askers.stream().anyMatch(thread -> thread.getState() == Thread.State.RUNNABLE)) {
      Thread.onSpinWait();
    }
    going.countDown();
    for (int i = 0; i < answers.size(); i++) {
      String name = i == 0 ? "first" : "n" + (i - 1);
      assertThat(answers.get(i).join().out().split(" ")).contains(name);
    }
    assertThat(calls).extracting(List::size).containsExactly(1, 100, 100, 50);
  }

  @Test
  void anOutageIsToldToAllOfItsCallAndNotToTheNext() {
    AtomicInteger count = new AtomicInteger();
    Gathering gathering =
        new Gathering(
            names -> {
              if (count.incrementAndGet() == 1) {
                throw new EngineOutageException("away");
              }
              return new ContainerCli.Answer(0, "", "");
            },
            PATIENCE);
    assertThatThrownBy(() -> gathering.ask("one")).hasMessage("away");
    assertThat(gathering.ask("two").succeeded()).isTrue();
  }

  @Test
  void nobodyWaitsForLongerThanItsPatience() {
    Gathering gathering = new Gathering(this::call, Duration.ofMillis(50));
    var first = CompletableFuture.supplyAsync(() -> gathering.ask("first"));
    await(begun);
    assertThatThrownBy(() -> gathering.ask("second")).isInstanceOf(EngineOutageException.class);
    going.countDown();
    assertThat(first.join().succeeded()).isTrue();
    assertThat(gathering.ask("third").out()).isEqualTo("third");
  }
}
