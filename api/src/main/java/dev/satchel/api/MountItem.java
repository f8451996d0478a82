package dev.satchel.api;

import org.jspecify.annotations.Nullable;

/**
 * A volume or a bucket at a place of a workload.
 *
 * @param volume null where it is a bucket
 * @param bucket null where it is a volume
 * @param subdirectory of the volume; null for all of it
 * @param sync whether a volume in an object store is a directory that is filled before the start
 *     and written back after the end
 */
public record MountItem(
    @Nullable String volume,
    @Nullable BucketItem bucket,
    String path,
    boolean readOnly,
    @Nullable String subdirectory,
    boolean sync) {
  public static MountItem ofVolume(
      String volume, String path, boolean readOnly, @Nullable String subdirectory, boolean sync) {
    return new MountItem(volume, null, path, readOnly, subdirectory, sync);
  }

  public static MountItem ofBucket(BucketItem bucket, String path, boolean readOnly) {
    return new MountItem(null, bucket, path, readOnly, null, false);
  }
}
