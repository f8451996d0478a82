package dev.satchel.core.workload;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * How many workloads may have attempts between claim and end at once, and who waits, in order. An
 * attempt that replaces another of its workload has its place. Thread-safe.
 */
final class Slots {
  private final int size;
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> waiting = new LinkedHashMap<>();

  Slots(int size) {
    this.size = size;
  }

  int size() {
    return size;
  }

  /**
   * Takes a place, or keeps the one that was taken; false where all are taken, and it waits.
   *
   * @param rank the lower, the sooner
   */
  synchronized boolean take(String workload, int rank) {
    if (taken.contains(workload)) {
      return true;
    }
    if (taken.size() >= size) {
      waiting.putIfAbsent(workload, rank);
      return false;
    }
    waiting.remove(workload);
    taken.add(workload);
    return true;
  }

  /**
   * Takes places for those who came in this order, the lowest ranks first, and lets the others
   * wait.
   *
   * @param ranks by workload
   */
  synchronized void line(SequencedMap<String, Integer> ranks) {
    ranks.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(each -> take(each.getKey(), each.getValue()));
  }

  /** Takes a place for what runs already, even beyond the number there is. */
  synchronized void occupy(String workload) {
    taken.add(workload);
  }

  /**
   * Gives up a place or the wait for one. Where a place is then free, who waits longest of the
   * lowest rank gets it, and is answered: nobody else can take it meanwhile.
   */
  synchronized Optional<String> free(String workload) {
    waiting.remove(workload);
    taken.remove(workload);
    if (taken.size() >= size) {
      return Optional.empty();
    }
    Optional<String> next =
        waiting.entrySet().stream().min(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    next.ifPresent(
        first -> {
          waiting.remove(first);
          taken.add(first);
        });
    return next;
  }
}
