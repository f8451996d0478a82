package dev.satchel.core.workload;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** How many attempts may be between claim and end at once, and who waits, in order. Thread-safe. */
final class Slots {
  private final int size;
  private final Set<AttemptId> taken = new HashSet<>();
  private final Set<AttemptId> waiting = new LinkedHashSet<>();

  Slots(int size) {
    this.size = size;
  }

  int size() {
    return size;
  }

  /** Takes a place, or keeps the one that was taken; false where all are taken, and it waits. */
  synchronized boolean take(AttemptId id) {
    if (taken.contains(id)) {
      return true;
    }
    if (taken.size() >= size) {
      waiting.add(id);
      return false;
    }
    waiting.remove(id);
    taken.add(id);
    return true;
  }

  /** Takes a place for what runs already, even beyond the number there is. */
  synchronized void occupy(AttemptId id) {
    taken.add(id);
  }

  /** Gives up a place or the wait for one; answers who waits longest, if a place is free. */
  synchronized Optional<AttemptId> free(AttemptId id) {
    waiting.remove(id);
    taken.remove(id);
    return taken.size() < size ? waiting.stream().findFirst() : Optional.empty();
  }
}
