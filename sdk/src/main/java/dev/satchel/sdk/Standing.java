package dev.satchel.sdk;

import java.time.Duration;

/**
 * A handle of what was started and stays until it is ended: it outlives this process, by its id.
 * Immutable and thread-safe; holding one costs nothing. Its methods are not final, so that each
 * public handle has them as its own: by this class, reflection may not call them.
 */
abstract class Standing implements AutoCloseable {
  /** Of an end: a job has some seconds, then what it wrote is brought home. */
  private static final Duration END_WITHIN = Duration.ofMinutes(5);

  private final Transport transport;
  private final String id;

  Standing(Transport transport, String id) {
    this.transport = transport;
    this.id = id;
  }

  final Transport transport() {
    return transport;
  }

  /**
   * Its id, which is its workload's.
   *
   * @return as the server gave it
   */
  public String id() {
    return id;
  }

  /**
   * It as a workload, with its state and its logs.
   *
   * @return a handle
   */
  public Workload workload() {
    return new Workload(transport, id, 0);
  }

  /** Asks it to end, and waits for nothing. */
  public void terminate() {
    var accepted = workload().terminate();
    assert accepted.id().equals(id);
  }

  /**
   * Ends it, and waits until it has ended, five minutes at most: whatever it was doing is over
   * then.
   *
   * @throws TimedOut where it has not ended by then; it was told to
   */
  @Override
  public void close() {
    close(END_WITHIN);
  }

  /**
   * As {@link #close()}.
   *
   * @param limit how long to wait
   * @throws TimedOut where it has not ended by then; it was told to, and ends in its time
   */
  public void close(Duration limit) {
    Workload workload = workload();
    var accepted = workload.terminate();
    if (Workload.isEnd(accepted.state())) {
      return;
    }
    try {
      var ended = workload.await(limit);
      assert ended.id().equals(id);
    } catch (TimedOut late) {
      throw new TimedOut(
          "The workload "
              + id
              + " was told to end, and has not within "
              + limit
              + ". It ends in its time: \"satchel status "
              + id
              + "\" tells how it stands.");
    }
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + id + "]";
  }
}
