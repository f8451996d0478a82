package dev.satchel.sdk;

import dev.satchel.api.WorkloadDetail;
import java.util.List;

/**
 * A service that was started. It outlives this process and the server; only its end, by {@link
 * #close} or by anybody else, ends it. Immutable and thread-safe; holding one costs nothing.
 */
public final class RunningService extends Standing {
  RunningService(Transport transport, String id) {
    super(transport, id);
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
}
