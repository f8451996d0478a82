package dev.satchel.core.bucket;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

  /** Why {@link #fill} can do nothing here, with what to install; null where it can. */
  default @Nullable String fillObjection() {
    return objection();
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

  /**
   * Makes a directory of this machine with what a bucket holds, in the place of a mount. What is
   * changed there is written by {@link #write}, and by nothing else. Where such a directory of the
   * same id is there, and was filled, it stays as it is.
   *
   * @param progress told now and then how far it is, in a few words; what it throws ends it
   * @throws dev.satchel.core.RefusedException MOUNT_FAILED
   */
  default Path fill(
      BucketMountId id, Bucket bucket, boolean readOnly, String token, Consumer<String> progress) {
    throw new UnsupportedOperationException();
  }

  /**
   * Goes on to write what a job that has ended left in a directory that was filled. Returns soon;
   * called again and again until nothing is {@link #unwritten}. Does nothing for a mount: that
   * writes as long as it is there.
   *
   * @param access asked where something begins that needs it
   */
  default void write(BucketMountId id, Supplier<Access> access) {}

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

  /**
   * What a job left in a directory that was filled and no bucket keeps; null where there is none.
   */
  default @Nullable Unkept unkept(BucketMountId id) {
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

  /**
   * How a bucket is reached.
   *
   * @param token what its keys are asked for with
   */
  record Access(Bucket bucket, String token) {}

  /**
   * Links, and files whose names nobody can write.
   *
   * @param place where they are now
   * @param names the first of them, as people may read them
   */
  record Unkept(Path place, List<String> names) {
    public Unkept {
      names = List.copyOf(names);
    }
  }

  /** How much is not in the bucket yet. */
  record Unwritten(long files, long bytes) {
    static final Unwritten NOTHING = new Unwritten(0, 0);

    public boolean isNothing() {
      return files == 0;
    }
  }
}
