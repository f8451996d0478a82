package dev.satchel.core.store;

import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.BucketMountStore;
import dev.satchel.core.bucket.MountedBucket;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Mounted buckets in memory. */
final class MemoryBucketMounts implements BucketMountStore {
  private final Map<BucketMountId, MountedBucket> rows = new HashMap<>();

  MemoryBucketMounts copy() {
    MemoryBucketMounts copy = new MemoryBucketMounts();
    copy.rows.putAll(rows);
    return copy;
  }

  @Override
  public Optional<MountedBucket> find(BucketMountId id) {
    return Optional.ofNullable(rows.get(id));
  }

  @Override
  public void put(MountedBucket mounted) {
    rows.put(mounted.id(), mounted);
  }

  @Override
  public List<BucketMountId> all() {
    return rows.keySet().stream()
        .sorted(
            Comparator.comparing(BucketMountId::workload)
                .thenComparing(BucketMountId::attempt)
                .thenComparing(BucketMountId::place))
        .toList();
  }

  @Override
  public void remove(String workloadId, int attempt) {
    rows.keySet().removeIf(id -> id.workload().equals(workloadId) && id.attempt() == attempt);
  }
}
