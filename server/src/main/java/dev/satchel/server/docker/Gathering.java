package dev.satchel.server.docker;

import dev.satchel.core.workload.EngineOutageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes one call of what several ask at the same time: whoever asks while a call is under way is in
 * the next one. Nobody who asks alone waits. Thread-safe.
 */
final class Gathering {
  private static final int AT_ONCE_MAX = 100;

  private final Function<List<String>, ContainerCli.Answer> call;
  private final Duration patience;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final List<Question> waiting = new ArrayList<>(); // Guarded by itself.

  /** Answered by whoever has the turn. */
  private static final class Question {
    private final String name;
    private volatile ContainerCli.@Nullable Answer answer;
    private volatile @Nullable RuntimeException failure;

    private Question(String name) {
      this.name = name;
    }
  }

  /**
   * @param patience how long one may wait for the calls before its own
   */
  Gathering(Function<List<String>, ContainerCli.Answer> call, Duration patience) {
    this.call = call;
    this.patience = patience;
  }

  /**
   * The answer to all that were asked together with this.
   *
   * @throws EngineOutageException where the engine does not answer
   */
  ContainerCli.Answer ask(String name) {
    Question mine = new Question(name);
    synchronized (waiting) {
      waiting.add(mine);
    }
    if (!hasTurn()) {
      synchronized (waiting) {
        waiting.remove(mine);
      }
      throw new EngineOutageException("The container engine leaves earlier calls unanswered.");
    }
    try {
      while (mine.answer == null && mine.failure == null) {
        answerNext();
      }
    } finally {
      turn.unlock();
    }
    RuntimeException failure = mine.failure;
    ContainerCli.Answer answer = mine.answer;
    if (failure != null || answer == null) {
      throw failure == null ? new EngineOutageException("It was not asked.") : failure;
    }
    return answer;
  }

  private boolean hasTurn() {
    try {
      return turn.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void answerNext() {
    List<Question> next;
    synchronized (waiting) {
      List<Question> first = waiting.subList(0, Math.min(AT_ONCE_MAX, waiting.size()));
      next = List.copyOf(first);
      first.clear();
    }
    try {
      ContainerCli.Answer answer = call.apply(next.stream().map(each -> each.name).toList());
      next.forEach(each -> each.answer = answer);
    } catch (RuntimeException e) {
      next.forEach(each -> each.failure = e);
    }
  }
}
