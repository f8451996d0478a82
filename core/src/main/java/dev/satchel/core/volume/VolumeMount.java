package dev.satchel.core.volume;

import org.jspecify.annotations.Nullable;

/**
 * A volume at a place of a workload.
 *
 * @param path absolute; null for the volume's own {@code mount_path_default}
 * @param subdirectory relative, within the volume; empty for all of it
 * @param create what it is to be where it is not there yet; null where it must be
 */
public record VolumeMount(
    VolumeName volume,
    @Nullable String path,
    boolean readOnly,
    String subdirectory,
    @Nullable VolumeRequest create)
    implements MountRequest {
  /** The same at a path, of a volume that is there. */
  public VolumeMount at(String where) {
    return new VolumeMount(volume, where, readOnly, subdirectory, null);
  }
}
