package dev.satchel.core.volume;

/**
 * The data of a volume, which is there as long as anything of it is, whatever has its name.
 *
 * @param id the volume's
 * @param store where it lies
 */
public record VolumeData(String id, StorePlace store) {
  public static VolumeData onDisk(String id) {
    return new VolumeData(id, StorePlace.DISK);
  }

  public boolean isOnDisk() {
    return store.isDisk();
  }
}
