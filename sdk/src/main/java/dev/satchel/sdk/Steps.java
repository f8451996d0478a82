package dev.satchel.sdk;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Requests one after the other that a single future stands for: cancelling it ends the one that is
 * on its way, and no further one is sent.
 */
final class Steps {
  private Steps() {}

  /** Does one thing, then another with what came of it. */
  static <A, B> CompletableFuture<B> then(
      CompletableFuture<A> first, Function<A, CompletableFuture<B>> next) {
    CompletableFuture<B> result = new CompletableFuture<>();
    Transport.atEnd(result, (value, failure) -> first.cancel(true));
    Transport.atEnd(first, (value, failure) -> goOn(result, first, failure, next));
    return result;
  }

  private static <A, B> void goOn(
      CompletableFuture<B> result,
      CompletableFuture<A> first,
      @Nullable Throwable failure,
      Function<A, CompletableFuture<B>> next) {
    if (failure != null) {
      result.completeExceptionally(Transport.unwrapped(failure));
      return;
    }
    if (result.isDone()) {
      return;
    }
    try {
      CompletableFuture<B> second = next.apply(first.join()); // It is there: nothing waits.
      Transport.atEnd(result, (value, over) -> second.cancel(true));
      Transport.atEnd(
          second,
          (value, broken) -> {
            if (broken != null) {
              result.completeExceptionally(Transport.unwrapped(broken));
            } else {
              result.complete(second.join());
            }
          });
    } catch (RuntimeException wrong) {
      result.completeExceptionally(wrong);
    }
  }
}
