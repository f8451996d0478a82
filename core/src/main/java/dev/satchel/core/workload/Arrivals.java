package dev.satchel.core.workload;

import dev.satchel.core.credential.EngineAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Attempts on their way to a host, which are not placed there yet: those that start at once see one
 * another by it. Thread-safe.
 */
final class Arrivals {
  private final Map<AttemptId, EngineAddress> expected = new HashMap<>(); // Guarded by this.

  /**
   * Decides where an attempt goes, one after the other.
   *
   * @param choice is given those that are on their way to a host
   */
  synchronized WorkloadCredentials.Target choose(
      AttemptId attempt,
      Function<Function<EngineAddress, List<AttemptId>>, WorkloadCredentials.Target> choice) {
    expected.remove(attempt); // Of a unit of work that is run again.
    WorkloadCredentials.Target target = choice.apply(this::at);
    if (target.address() != null) {
      expected.put(attempt, target.address());
    }
    return target;
  }

  private List<AttemptId> at(EngineAddress address) {
    return expected.entrySet().stream()
        .filter(each -> each.getValue().equals(address))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Says that an attempt has arrived, or never will. */
  synchronized void over(AttemptId attempt) {
    expected.remove(attempt);
  }
}
