package dev.satchel.api;

import org.jspecify.annotations.Nullable;

/**
 * A volume or a bucket at a place of a workload.
 *
 * @param volume null where it is a bucket
 * @param bucket null where it is a volume
 * @param subdirectory of the volume; null for all of it
 */
public record MountItem(
    @Nullable String volume,
    @Nullable BucketItem bucket,
    String path,
    boolean readOnly,
    @Nullable String subdirectory) {
  public static MountItem ofVolume(
      String volume, String path, boolean readOnly, @Nullable String subdirectory) {
    return new MountItem(volume, null, path, readOnly, subdirectory);
  }

  public static MountItem ofBucket(BucketItem bucket, String path, boolean readOnly) {
    return new MountItem(null, bucket, path, readOnly, null);
  }
}
