package dev.satchel.core.bucket;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mounts buckets on this machine. Thread-safe, save that acts on one mount are called one after the
 * other. A mount outlives the server.
 */
public interface BucketDriver {
  /** Why no bucket can be mounted here, with what to install; null where one can. */
  @Nullable String objection();

  /** Why none can be mounted for a container here, though others can; null where one can. */
  default @Nullable String containerObjection() {
    return null;
  }

  /**
   * Looks whether a key pair opens a bucket.
   *
   * @param write whether it must be able to write too
   * @return the region in which requests to the bucket are signed
   * @throws dev.satchel.core.RefusedException MOUNT_FAILED with the one reason;
   *     OBJECT_STORE_UNAVAILABLE where it may be another a little later
   */
  String probe(Bucket bucket, KeyPair keys, boolean write);

  /**
   * Mounts a bucket, in the place of what is left of an earlier mount of the same id; what that had
   * not written yet is written then. Where a job has that earlier mount, it has this one from then
   * on.
   *
   * @param token what the mount asks for its keys with
   * @throws dev.satchel.core.RefusedException MOUNT_FAILED
   */
  Path mount(BucketMountId id, Bucket bucket, boolean readOnly, String token);

  Health health(BucketMountId id);

  /** What a mount has taken and the bucket has not got yet. */
  Unwritten unwritten(BucketMountId id);

  /** Whether a mount holds more that is unwritten than there is room for. */
  default boolean isTooFull(BucketMountId id) {
    return false;
  }

  /** Why nothing can be written through a mount now; null where it can. */
  default @Nullable String roomObjection() {
    return null;
  }

  /** Ends a mount and keeps what it had not written. Idempotent. */
  void unmount(BucketMountId id);

  /** Ends a mount and removes all that is left of it. Idempotent. */
  void remove(BucketMountId id);

  /** Ends a mount and moves what it had not written to {@link #aside}. Idempotent. */
  void setAside(BucketMountId id);

  /** Where what could not be written is kept for people to look at. */
  Path aside(BucketMountId id);

  /**
   * Where files of a mount are kept that were written, or only read in parts: nothing tells which;
   * null where there are none.
   */
  default @Nullable Path torn(BucketMountId id) {
    return null;
  }

  /** Every mount that anything is left of. */
  Set<BucketMountId> known();

  /** How a mount stands. */
  enum Health {
    MOUNTED,
    /** It was mounted, and is not any more. */
    DEAD,
    /** Nothing is left of it. */
    ABSENT
  }

  /** How much is not in the bucket yet. */
  record Unwritten(long files, long bytes) {
    static final Unwritten NOTHING = new Unwritten(0, 0);

    public boolean isNothing() {
      return files == 0;
    }
  }
}
