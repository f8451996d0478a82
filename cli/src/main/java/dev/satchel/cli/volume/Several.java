package dev.satchel.cli.volume;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Copies several files at a time; the first that fails ends what has not begun, and is thrown. */
final class Several implements AutoCloseable {
  private static final int AT_ONCE = 8;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  void run(Runnable work) {
    room.acquireUninterruptibly();
    if (failure.get() != null) {
      room.release();
      return;
    }
    threads.execute(() -> runOne(work));
  }

  private void runOne(Runnable work) {
    try {
      work.run();
    } catch (Throwable failed) { // Whatever it is, the file is not there.
      failure.compareAndSet(null, failed);
    } finally {
      room.release();
    }
  }

  /** Waits for all, and throws what failed first. */
  @Override
  public void close() {
    threads.close();
    Throwable failed = failure.get();
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed != null) {
      throw failed instanceof RuntimeException e ? e : new IllegalStateException(failed);
    }
  }
}
