package dev.satchel.core.bucket;

/**
 * A bucket that an attempt has mounted, as it is kept until the attempt ends.
 *
 * @param region which the service named, or the one that was asked for
 * @param tokenHash of what the mount asks for its keys with
 * @param accessKey and {@code secretKey}: boxes of the last pair that opened the bucket
 * @param seen which revisions that pair is of
 */
public record MountedBucket(
    BucketMountId id,
    String region,
    byte[] tokenHash,
    byte[] accessKey,
    byte[] secretKey,
    String seen) {
  MountedBucket withTokenHash(byte[] hash) {
    return new MountedBucket(id, region, hash, accessKey, secretKey, seen);
  }

  @Override
  public String toString() {
    return "MountedBucket[" + id + "]";
  }
}
