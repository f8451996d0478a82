package dev.satchel.core.volume;

import org.jspecify.annotations.Nullable;

/**
 * A volume at a place of a workload.
 *
 * @param path absolute; null for the volume's own {@code mount_path_default}
 * @param subdirectory relative, within the volume; empty for all of it
 * @param create what it is to be where it is not there yet; null where it must be
 * @param sync whether a volume in an object store is a directory of the server's machine, which is
 *     filled before the start and written back after the end
 */
public record VolumeMount(
    VolumeName volume,
    @Nullable String path,
    boolean readOnly,
    String subdirectory,
    @Nullable VolumeRequest create,
    boolean sync)
    implements MountRequest {
  /** One that is not synchronised. */
  public VolumeMount(
      VolumeName volume,
      @Nullable String path,
      boolean readOnly,
      String subdirectory,
      @Nullable VolumeRequest create) {
    this(volume, path, readOnly, subdirectory, create, false);
  }

  /** The same at a path, of a volume that is there. */
  public VolumeMount at(String where) {
    return new VolumeMount(volume, where, readOnly, subdirectory, null, sync);
  }
}
