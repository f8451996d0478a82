package dev.satchel.core.workload;

import dev.satchel.core.RandomIds;

/**
 * Where a run comes from.
 *
 * @param external whether it ran elsewhere, and is only kept here
 * @param managedInput the id of the managed input that it was given; empty for none
 * @param clonedRun the id of the run that its client copied; empty for none
 */
public record RunOrigin(boolean external, String managedInput, String clonedRun) {
  /** It was asked for, with an input of its own. */
  public static final RunOrigin PLAIN = new RunOrigin(false, "", "");

  public RunOrigin {
    clonedRun = RandomIds.shortIdOrEmpty(clonedRun); // Whatever else it is could be anything.
  }
}
