package dev.satchel.core.workload;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How many workloads may have attempts between claim and end at once, and who waits, in order. An
 * attempt that replaces another of its workload has its place. Thread-safe.
 */
final class Slots {
  private final int size;
  private final Set<String> taken = new HashSet<>();
  private final Set<String> waiting = new LinkedHashSet<>();

  Slots(int size) {
    this.size = size;
  }

  int size() {
    return size;
  }

  /** Takes a place, or keeps the one that was taken; false where all are taken, and it waits. */
  synchronized boolean take(String workload) {
    if (taken.contains(workload)) {
      return true;
    }
    if (taken.size() >= size) {
      waiting.add(workload);
      return false;
    }
    waiting.remove(workload);
    taken.add(workload);
    return true;
  }

  /** Takes a place for what runs already, even beyond the number there is. */
  synchronized void occupy(String workload) {
    taken.add(workload);
  }

  /**
   * Gives up a place or the wait for one. Where a place is then free, who waits longest gets it,
   * and is answered: nobody else can take it meanwhile.
   */
  synchronized Optional<String> free(String workload) {
    waiting.remove(workload);
    taken.remove(workload);
    if (taken.size() >= size || waiting.isEmpty()) {
      return Optional.empty();
    }
    String next = waiting.iterator().next();
    waiting.remove(next);
    taken.add(next);
    return Optional.of(next);
  }
}
