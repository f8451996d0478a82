package dev.satchel.core.volume;

import java.util.Optional;

/**
 * Volumes on other machines than the server's, each kept by the container engine of its host.
 * Thread-safe; nothing here waits.
 */
public interface HostVolumes {
  /**
   * A host as it is known now.
   *
   * @param name where it is reached, as users read it
   * @param answers whether it does
   */
  record Where(String name, boolean answers) {}

  /** The host that a machine is; empty where none is known to be that one. */
  Optional<Where> whereIs(String machine);

  /** Begins to remove all data of a volume, which ends once its host is there to do so. */
  void remove(VolumeData data);

  /** Whether data that is being removed is still there; that it has gone is told once. */
  boolean isRemoving(VolumeData data);
}
