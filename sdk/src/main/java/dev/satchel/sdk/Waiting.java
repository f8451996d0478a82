package dev.satchel.sdk;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Turns an asynchronous call into one that blocks. */
final class Waiting {
  private Waiting() {}

  /**
   * Waits for what a future holds. An interruption ends the request and stays visible.
   *
   * @throws SatchelException what it failed with, with the stack trace of who waits here
   */
  static <T> T on(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException asked) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new Cancelled("The thread that waited was interrupted.");
    } catch (CancellationException cancelled) {
      throw new Cancelled("The call was cancelled.");
    } catch (ExecutionException failed) {
      throw thrown(Transport.unwrapped(failed));
    }
  }

  private static RuntimeException thrown(Throwable failure) {
    if (failure instanceof SatchelException ours) {
      ours.fillInStackTrace(); // The stack of the client's own thread tells nobody anything.
      return ours;
    }
    return failure instanceof RuntimeException bug
        ? bug
        : new IllegalStateException("unexpected: " + failure.getClass().getName(), failure);
  }
}
