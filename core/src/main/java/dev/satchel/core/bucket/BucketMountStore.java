package dev.satchel.core.bucket;

import java.util.List;
import java.util.Optional;

/** Keeps which buckets attempts have mounted. */
public interface BucketMountStore {
  Optional<MountedBucket> find(BucketMountId id);

  /** Adds one, or replaces the one of its id. */
  void put(MountedBucket mounted);

  List<BucketMountId> all();

  /** Forgets those of an attempt, with their boxes. */
  void remove(String workloadId, int attempt);
}
