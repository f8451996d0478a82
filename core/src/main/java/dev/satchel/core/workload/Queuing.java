package dev.satchel.core.workload;

/**
 * How a workload waits for a place. Those of the same priority go in the order in which they came.
 *
 * @param priority 1, the first, to 9
 * @param disabled whether it goes before all others; it still needs a place
 */
public record Queuing(int priority, boolean disabled) {
  public static final Queuing USUAL = new Queuing(6, false);

  /** The lower, the sooner. */
  int rank() {
    return disabled ? 0 : priority;
  }
}
