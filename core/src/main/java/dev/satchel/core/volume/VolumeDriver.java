package dev.satchel.core.volume;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Where the data of volumes lies. Thread-safe. */
public interface VolumeDriver {
  /** The machine whose directories it gives; a {@code vast_local} volume is bound to it. */
  String machine();

  /** Where a new volume's data lies. */
  default StorePlace storeFor(Backend backend) {
    return StorePlace.DISK;
  }

  /** The host that another machine is; empty where none is known to be that one. */
  default Optional<HostVolumes.Where> whereIs(String machine) {
    return Optional.empty();
  }

  /** Whether data lies on this server's disk, or in its object store. */
  default boolean reaches(VolumeData data) {
    return data.isOnDisk();
  }

  /**
   * Says that a machine has no room for what is reserved of it.
   *
   * @throws dev.satchel.core.RefusedException MOUNT_FAILED where it has not
   */
  void requireRoom(Volume volume);

  /** How much a volume holds; empty where that is not known, or too costly to find out. */
  OptionalLong usedBytes(VolumeData data);

  /**
   * The directory of a volume on disk, or of a part of it, which is made where it is not there.
   *
   * @param subdirectory relative and plain; empty for all of it
   * @throws dev.satchel.core.RefusedException MOUNT_FAILED where it cannot be had, or leads out of
   *     the volume
   */
  Path open(VolumeData data, String subdirectory);

  /**
   * Makes durable what was written into the directory of a volume, where it has one. May take a
   * minute.
   */
  Flush flush(String volumeId);

  /** What there is of volumes on this machine's disk. */
  List<VolumeData> kept();

  /**
   * Removes all data of a volume: what is there is no longer kept once this returns, and goes in
   * its own time. Idempotent.
   */
  void remove(VolumeData data);

  /** Whether data that was removed is still there. */
  boolean isRemoving(VolumeData data);

  /** The files of a volume. */
  VolumeFiles files(VolumeData data);
}
