package dev.satchel.core.bucket;

import org.jspecify.annotations.Nullable;

/**
 * A bucket that an attempt has mounted, as it is kept until the attempt ends.
 *
 * @param region which the service named, or the one that was asked for
 * @param tokenHash of what the mount asks for its keys with
 * @param accessKey and {@code secretKey}: boxes of the last pair that opened the bucket
 * @param seen which revisions that pair is of
 * @param bucket what is mounted, where that is the server's own, for a volume; null where the
 *     workload says it
 */
public record MountedBucket(
    BucketMountId id,
    String region,
    byte[] tokenHash,
    byte[] accessKey,
    byte[] secretKey,
    String seen,
    @Nullable Bucket bucket) {
  MountedBucket withTokenHash(byte[] hash) {
    return new MountedBucket(id, region, hash, accessKey, secretKey, seen, bucket);
  }

  @Override
  public String toString() {
    return "MountedBucket[" + id + "]";
  }
}
