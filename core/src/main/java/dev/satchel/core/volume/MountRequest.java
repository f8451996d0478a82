package dev.satchel.core.volume;

import org.jspecify.annotations.Nullable;

/** What a workload asks to have at a place of its own. */
public sealed interface MountRequest permits VolumeMount, BucketMount {
  /** Absolute; null where it is still to be found out. */
  @Nullable String path();

  boolean readOnly();
}
