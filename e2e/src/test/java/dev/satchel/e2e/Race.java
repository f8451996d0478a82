package dev.satchel.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Lets several acts begin at the same moment. */
final class Race {
  private Race() {}

  /** Runs all of them from one barrier on; answers what they answered, in their order. */
  static <T> List<T> between(List<Callable<T>> acts) {
    CyclicBarrier barrier = new CyclicBarrier(acts.size());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> act : acts) {
        futures.add(
            threads.submit(
                () -> {
                  int _ = barrier.await(20, TimeUnit.SECONDS);
                  return act.call();
                }));
      }
      List<T> answers = new ArrayList<>();
      for (Future<T> future : futures) {
        answers.add(future.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw new AssertionError("one of those who raced failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
