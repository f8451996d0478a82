package dev.satchel.sdk;

import dev.satchel.api.WorkloadDetail;
import java.time.Duration;
import java.util.List;

/**
 * A service that was started. It outlives this process and the server; only its end, by {@link
 * #close} or by anybody else, ends it. Immutable and thread-safe; holding one costs nothing.
 */
public final class RunningService implements AutoCloseable {
  private final Transport transport;
  private final String id;

  RunningService(Transport transport, String id) {
    this.transport = transport;
    this.id = id;
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
   * It as a workload: to run commands in it, or to start it anew with what its bundles hold now.
   *
   * @return a handle
   */
  public Workload workload() {
    return new Workload(transport, id, 0);
  }

  /**
   * How it stands.
   *
   * @return now; {@code retrying} is one that ended by itself and is about to be started anew
   */
  public WorkloadDetail status() {
    return workload().status();
  }

  /**
   * The ports that it was started with, each reached at the same number on the loopback of the
   * machine that runs its container.
   *
   * @return numbers; empty where it has no image: it then has the machine's own network
   */
  public List<Integer> ports() {
    var container = status().container();
    return container == null ? List.of() : List.copyOf(container.ports());
  }

  /**
   * What it prints, as it prints it, through all of its attempts.
   *
   * @return a stream to be closed
   */
  public LogStream logs() {
    return workload().logs();
  }

  /** Asks it to end, and waits for nothing. */
  public void terminate() {
    var accepted = workload().terminate();
    assert accepted.id().equals(id);
  }

  /**
   * Ends it, and waits until it has, five minutes at most.
   *
   * @throws TimedOut where it has not ended by then; it was told to
   */
  @Override
  public void close() {
    close(Standing.END_WITHIN);
  }

  /**
   * As {@link #close()}.
   *
   * @param limit how long to wait
   */
  public void close(Duration limit) {
    Standing.end(workload(), limit);
  }

  @Override
  public String toString() {
    return "RunningService[" + id + "]";
  }
}
