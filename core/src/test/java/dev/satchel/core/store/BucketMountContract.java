package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.MountedBucket;
import dev.satchel.core.workload.AttemptId;
import org.junit.jupiter.api.Test;

/** What every store keeps to about mounted buckets. */
interface BucketMountContract extends StoreHost {
  private static MountedBucket mounted(BucketMountId id, String region) {
    return new MountedBucket(
        id, region, bytes("hash"), bytes("access"), bytes("secret"), "one:1 other:2", null);
  }

  @Test
  default void aMountedBucketComesBackAsItWasWritten_andIsReplacedByItsId() {
    BucketMountId id = new BucketMountId("w1", 3, 0);
    write(tx -> tx.bucketMounts().put(mounted(id, "somewhere")));
    MountedBucket there = one(tx -> tx.bucketMounts().find(id)).orElseThrow();
    assertThat(there).usingRecursiveComparison().isEqualTo(mounted(id, "somewhere"));
    write(tx -> tx.bucketMounts().put(mounted(id, "elsewhere")));
    assertThat(one(tx -> tx.bucketMounts().find(id)).orElseThrow().region()).isEqualTo("elsewhere");
    assertThat(many(tx -> tx.bucketMounts().all())).containsExactly(id);
  }

  @Test
  default void whatIsMountedForAVolumeComesBackToo() {
    BucketMountId id = BucketMountId.ofVolume(new AttemptId("w1", 3), 0);
    Bucket own = new Bucket("b", "http://127.0.0.1:9", "auto", "volumes/v1/in", true);
    MountedBucket mounted =
        new MountedBucket(
            id, "eu", bytes("hash"), bytes("access"), bytes("secret"), "server:1", own);
    write(tx -> tx.bucketMounts().put(mounted));
    assertThat(one(tx -> tx.bucketMounts().find(id)).orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(mounted);
  }

  @Test
  default void theMountsOfAnAttemptAreForgottenTogether_andNoOthers() {
    BucketMountId first = new BucketMountId("w1", 1, 0);
    BucketMountId second = new BucketMountId("w1", 1, 1);
    BucketMountId next = new BucketMountId("w1", 2, 0);
    BucketMountId other = new BucketMountId("w2", 1, 0);
    for (BucketMountId id : new BucketMountId[] {other, next, second, first}) {
      write(tx -> tx.bucketMounts().put(mounted(id, "somewhere")));
    }
    assertThat(many(tx -> tx.bucketMounts().all())).containsExactly(first, second, next, other);
    write(tx -> tx.bucketMounts().remove("w1", 1));
    assertThat(many(tx -> tx.bucketMounts().all())).containsExactly(next, other);
    assertThat(one(tx -> tx.bucketMounts().find(first))).isEmpty();
  }
}
