package dev.satchel.core.volume;

import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeyPair;
import java.util.OptionalLong;

/**
 * Volumes as prefixes of a bucket that the server has keys of. Thread-safe. What it cannot do now,
 * since the service does not answer or refuses, it refuses with OBJECT_STORE_UNAVAILABLE.
 */
public interface ObjectStore {
  /** Its name, and the address of its service. */
  StorePlace place();

  /** Whether what is said to lie there lies here. */
  default boolean keeps(StorePlace place) {
    return place().isSame(place);
  }

  /** All of it. */
  Bucket bucket();

  /** What is mounted for a volume, or for a part of it. */
  Bucket bucket(String volumeId, String subdirectory);

  /** Whether this is a part of it, so that its keys open it. */
  boolean holds(Bucket bucket);

  /**
   * Refuses what cannot be mounted as a part of a volume.
   *
   * @throws dev.satchel.core.RefusedException MOUNT_FAILED where it is a file
   */
  void requireDirectory(String volumeId, String subdirectory);

  /**
   * The pair that opens it now; the caller closes it.
   *
   * @throws dev.satchel.core.RefusedException MOUNT_FAILED where it cannot be read
   */
  KeyPair keys();

  /** How much a volume holds; empty where that is not known, or too costly to find out. */
  OptionalLong usedBytes(String volumeId);

  /** Begins to remove all data of a volume, unless that is done or being done. */
  void remove(String volumeId);

  /**
   * Whether data is there yet that is to be removed, or may come, since a file is being written;
   * asked after it was to be removed, and until it is gone.
   */
  boolean isRemoving(String volumeId);

  VolumeFiles files(String volumeId);
}
