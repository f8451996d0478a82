package dev.satchel.core.volume;

/**
 * The data of a volume, which is there as long as anything of it is, whatever has its name.
 *
 * @param id the volume's
 * @param store the object store in which it lies, as {@code s3://BUCKET/PREFIX}; {@link #ON_DISK}
 *     for this server's disk
 */
public record VolumeData(String id, String store) {
  public static final String ON_DISK = "";

  public static VolumeData onDisk(String id) {
    return new VolumeData(id, ON_DISK);
  }

  public boolean isOnDisk() {
    return store.equals(ON_DISK);
  }
}
