package dev.satchel.sdk;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Does things a few at a time, and as many wait as are done. The first that fails ends the others
 * that have not begun, and is thrown to whoever hands in or closes.
 */
final class Parallel implements AutoCloseable {
  private static final int AT_ONCE = 8;

  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, Parallel::daemon);
  private final Semaphore room = new Semaphore(2 * AT_ONCE);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "satchel-transfer");
    thread.setDaemon(true);
    return thread;
  }

  void run(Runnable work) {
    try {
      room.acquire();
    } catch (InterruptedException asked) {
      throw interrupted();
    }
    throwFailure();
    threads.execute(() -> runUnlessFailed(work));
  }

  private void runUnlessFailed(Runnable work) {
    try {
      if (failure.get() == null) {
        work.run();
      }
    } catch (Throwable failed) { // Whatever it is, the file is not there.
      failure.compareAndSet(null, failed);
    } finally {
      room.release();
    }
  }

  /** Waits for all that was handed in. */
  void finish() {
    threads.shutdown();
    try {
      while (!threads.awaitTermination(1, TimeUnit.HOURS)) {
        // Each has a time limit of its own.
      }
    } catch (InterruptedException asked) {
      throw interrupted();
    }
    throwFailure();
  }

  private void throwFailure() {
    Throwable failed = failure.get();
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed != null) {
      throw failed instanceof RuntimeException e ? e : new IllegalStateException(failed);
    }
  }

  private static Cancelled interrupted() {
    Thread.currentThread().interrupt();
    return new Cancelled("The thread that copied was interrupted.");
  }

  /** Ends what is still being done. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
