package dev.satchel.sdk;

import dev.satchel.api.WorkloadDetail;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The wait until what was submitted to stay runs. */
final class Starting {
  /** An image may have to be pulled first. */
  static final Duration WITHIN = Duration.ofMinutes(10);

  private static final long FIRST_LOOK_MS = 20;
  private static final long LAST_LOOK_MS = 500;

  private Starting() {}

  /**
   * Waits until a workload runs, and ends it where it does not, or where nobody waits any more: no
   * one else knows of it.
   *
   * @param submitted its id, once there is one
   * @param ended what to throw where it has ended before
   * @return its id
   * @throws TimedOut where it does not run by then
   */
  static String await(
      Transport transport,
      CompletableFuture<String> submitted,
      Duration limit,
      Function<WorkloadDetail, RuntimeException> ended) {
    try {
      String id = Waiting.on(submitted.copy()); // To give up waiting cancels the copy.
      WorkloadDetail begun = awaitRunning(new Workload(transport, id, 0), limit);
      if (Workload.isEnd(begun.state())) {
        throw ended.apply(begun);
      }
      return id;
    } catch (RuntimeException failed) {
      Transport.atEnd(
          submitted,
          (id, refused) -> {
            if (id != null) {
              endQuietly(new Workload(transport, id, 0));
            }
          });
      throw failed;
    }
  }

  /** Waits for nothing: the thread may have been interrupted. */
  private static void endQuietly(Workload workload) {
    Transport.atEnd(workload.terminateAsync(), (accepted, refused) -> {}); // It goes on by itself.
  }

  /**
   * Waits until a workload runs, or has ended before it did.
   *
   * @throws TimedOut where it does neither by then; it goes on
   */
  private static WorkloadDetail awaitRunning(Workload workload, Duration limit) {
    long begun = System.nanoTime();
    long pause = FIRST_LOOK_MS;
    while (true) {
      WorkloadDetail now = workload.status();
      if (now.state().equals("running") || Workload.isEnd(now.state())) {
        return now;
      }
      if (System.nanoTime() - begun > limit.toNanos()) {
        throw new TimedOut(
            "The workload "
                + workload.id()
                + " does not run within "
                + limit
                + ": it is "
                + now.state()
                + (now.reason() == null ? "." : ", " + now.reason())
                + " Start it with a longer limit, where it only needs longer.");
      }
      pause(pause);
      pause = Math.min(LAST_LOOK_MS, pause + pause / 2);
    }
  }

  private static void pause(long milliseconds) {
    try {
      TimeUnit.MILLISECONDS.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("The thread that waited was interrupted.");
    }
  }
}
