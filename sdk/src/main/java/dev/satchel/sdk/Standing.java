package dev.satchel.sdk;

import dev.satchel.api.WorkloadDetail;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What is started here and stays: the wait until it runs, and the wait until it has ended. */
final class Standing {
  /** Of a start: an image may have to be pulled first. */
  static final Duration START_WITHIN = Duration.ofMinutes(10);

  /** Of an end: a job has some seconds, then what it wrote is brought home. */
  static final Duration END_WITHIN = Duration.ofMinutes(5);

  private static final long FIRST_LOOK_MS = 20;
  private static final long LAST_LOOK_MS = 500;

  private Standing() {}

  /**
   * Waits until a workload runs, or has ended before it did.
   *
   * @throws TimedOut where it does neither by then; it goes on
   */
  static WorkloadDetail awaitRunning(Workload workload, Duration limit) {
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

  /**
   * Asks for the end of a workload, and waits until it has ended.
   *
   * @throws TimedOut where it has not by then; it was told to, and ends in its time
   */
  static void end(Workload workload, Duration limit) {
    var accepted = workload.terminate();
    if (Workload.isEnd(accepted.state())) {
      return;
    }
    try {
      var ended = workload.await(limit);
      assert ended.id().equals(workload.id());
    } catch (TimedOut late) {
      throw new TimedOut(
          "The workload "
              + workload.id()
              + " was told to end, and has not within "
              + limit
              + ". It ends in its time: \"satchel status "
              + workload.id()
              + "\" tells how it stands.");
    }
  }

  /** Asks for its end, and waits for nothing: the thread may have been interrupted. */
  static void endQuietly(Workload workload) {
    Transport.atEnd(workload.terminateAsync(), (accepted, refused) -> {}); // It goes on by itself.
  }
}
