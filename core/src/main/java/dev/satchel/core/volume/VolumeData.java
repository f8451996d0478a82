package dev.satchel.core.volume;

import org.jspecify.annotations.Nullable;

/**
 * The data of a volume, which is there as long as anything of it is, whatever has its name.
 *
 * @param id the volume's
 * @param store where it lies
 * @param home the one machine that has it; null where none has, or where it is the one that says so
 */
public record VolumeData(String id, StorePlace store, @Nullable VolumeHome home) {
  /** What no machine has for itself. */
  public VolumeData(String id, StorePlace store) {
    this(id, store, null);
  }

  public static VolumeData onDisk(String id) {
    return new VolumeData(id, StorePlace.DISK);
  }

  public boolean isOnDisk() {
    return store.isDisk();
  }
}
