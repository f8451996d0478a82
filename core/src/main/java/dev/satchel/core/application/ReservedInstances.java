package dev.satchel.core.application;

import java.util.Set;

/** Instances that each application has once something is pushed, always of the newest push. */
public final class ReservedInstances {
  public static final String LATEST = "latest";
  public static final String DEVELOPMENT = "devint";

  private static final Set<String> ALL = Set.of(LATEST, DEVELOPMENT);

  private ReservedInstances() {}

  public static boolean has(String id) {
    return ALL.contains(id);
  }
}
