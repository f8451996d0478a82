package dev.satchel.sdk;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Lets so many requests be on their way at once; the others wait without a thread. Thread-safe. */
final class Gate {
  private final int most;
  private final Queue<BooleanSupplier> waiting = new ArrayDeque<>();
  private int inside;

  Gate(int most) {
    this.most = most;
  }

  /**
   * Does the work when there is room; cancelling what this answers ends it, or keeps it from it.
   */
  <T> CompletableFuture<T> pass(Supplier<CompletableFuture<T>> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    enter(() -> begin(work, result));
    return result;
  }

  /** Answers whether it began: what was cancelled before its turn does not. */
  private <T> boolean begin(Supplier<CompletableFuture<T>> work, CompletableFuture<T> result) {
    if (result.isDone()) {
      return false;
    }
    CompletableFuture<T> begun = work.get();
    Transport.atEnd(result, (value, failure) -> begun.cancel(true));
    Transport.atEnd(
        begun,
        (value, failure) -> {
          leave();
          if (failure != null) {
            result.completeExceptionally(Transport.unwrapped(failure));
          } else {
            result.complete(value);
          }
        });
    return true;
  }

  private void enter(BooleanSupplier work) {
    synchronized (waiting) {
      if (inside == most) {
        waiting.add(work);
        return;
      }
      inside++;
    }
    if (!work.getAsBoolean()) {
      leave();
    }
  }

  private void leave() {
    BooleanSupplier next;
    do {
      synchronized (waiting) {
        next = waiting.poll();
        if (next == null) {
          inside--;
          return;
        }
      }
    } while (!next.getAsBoolean());
  }

  /** Whether half of the room is taken, so that whoever comes should not stay for long. */
  boolean isCrowded() {
    synchronized (waiting) {
      return inside > most / 2;
    }
  }
}
