package dev.satchel.core.bucket;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Buckets without data, which one key pair opens. */
public final class FakeBuckets implements BucketDriver {
  public final Map<BucketMountId, String> tokens = new ConcurrentHashMap<>();
  public final Map<BucketMountId, Health> mounts = new ConcurrentHashMap<>();
  public final Map<BucketMountId, Unwritten> left = new ConcurrentHashMap<>();
  public final Map<BucketMountId, Unwritten> notedAtEnd = new ConcurrentHashMap<>();
  public final Set<BucketMountId> tooFull = ConcurrentHashMap.newKeySet();
  public volatile @Nullable String roomObjection;
  public final Set<BucketMountId> asides = ConcurrentHashMap.newKeySet();
  public final Set<BucketMountId> unreadable = ConcurrentHashMap.newKeySet();
  public final Set<BucketMountId> torn = ConcurrentHashMap.newKeySet();
  public final Map<BucketMountId, CountDownLatch> hanging = new ConcurrentHashMap<>();
  public volatile boolean away;
  public volatile Runnable filling = () -> {};
  public final Set<BucketMountId> filled = ConcurrentHashMap.newKeySet();
  public final Map<BucketMountId, Access> written = new ConcurrentHashMap<>();
  public final Map<BucketMountId, Unkept> unkept = new ConcurrentHashMap<>();
  public volatile String opensWith = "id:key";
  public volatile @Nullable String objection;
  public volatile @Nullable String containerObjection;
  public volatile @Nullable String fillObjection;
  public volatile int probes;
  public volatile int mounted;

  @Override
  public @Nullable String objection() {
    return objection;
  }

  @Override
  public @Nullable String containerObjection() {
    return containerObjection;
  }

  @Override
  public @Nullable String fillObjection() {
    return fillObjection;
  }

  @Override
  public synchronized String probe(Bucket bucket, KeyPair keys, boolean write) {
    probes++;
    if (away) {
      throw new RefusedException(
          Reason.OBJECT_STORE_UNAVAILABLE, "The bucket " + bucket + " is away.");
    }
    if (!opensWith.equals(text(keys))) {
      throw new RefusedException(
          Reason.MOUNT_FAILED, "The bucket " + bucket + " refuses the key pair.");
    }
    return "the-region";
  }

  /** A pair as {@link #opensWith} has it. */
  public static String text(KeyPair keys) {
    return new String(keys.accessKey().bytes(), StandardCharsets.UTF_8)
        + ":"
        + new String(keys.secretKey().bytes(), StandardCharsets.UTF_8);
  }

  @Override
  public synchronized Path mount(BucketMountId id, Bucket bucket, boolean readOnly, String token) {
    if (!bucket.region().equals("the-region")) {
      throw new IllegalStateException("it is mounted in the region " + bucket.region());
    }
    tokens.put(id, token);
    mounts.put(id, Health.MOUNTED);
    mounted++;
    return Path.of("/buckets", id.toString());
  }

  @Override
  public Path fill(
      BucketMountId id, Bucket bucket, boolean readOnly, String token, Consumer<String> progress) {
    filling.run();
    progress.accept("2 files so far");
    filled.add(id);
    return mount(id, bucket, readOnly, token);
  }

  @Override
  public void write(BucketMountId id, Supplier<Access> access) {
    if (filled.contains(id)) {
      var _ = written.computeIfAbsent(id, it -> access.get());
    }
  }

  @Override
  public @Nullable Unkept unkept(BucketMountId id) {
    return unkept.get(id);
  }

  @Override
  public Health health(BucketMountId id) {
    CountDownLatch hangs = hanging.get(id);
    if (hangs != null) {
      try {
        hangs.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return mounts.getOrDefault(id, Health.ABSENT);
  }

  @Override
  public boolean isTooFull(BucketMountId id) {
    if (unreadable.contains(id)) {
      throw new IllegalStateException("it cannot be read");
    }
    return tooFull.contains(id);
  }

  @Override
  public @Nullable String roomObjection() {
    return roomObjection;
  }

  @Override
  public Unwritten unwritten(BucketMountId id) {
    if (unreadable.contains(id)) {
      throw new IllegalStateException("it cannot be read");
    }
    return left.getOrDefault(id, new Unwritten(0, 0));
  }

  @Override
  public void unmount(BucketMountId id) {
    mounts.computeIfPresent(id, (key, health) -> Health.DEAD);
    Unwritten noted = notedAtEnd.remove(id);
    if (noted != null) {
      left.put(id, noted);
    }
  }

  @Override
  public void remove(BucketMountId id) {
    mounts.remove(id);
    left.remove(id);
  }

  @Override
  public Path aside(BucketMountId id) {
    return Path.of("/aside", id.toString());
  }

  @Override
  public @Nullable Path torn(BucketMountId id) {
    return torn.contains(id) ? Path.of("/aside", id + "-torn") : null;
  }

  @Override
  public void setAside(BucketMountId id) {
    asides.add(id);
    remove(id);
  }

  @Override
  public Set<BucketMountId> known() {
    return Set.copyOf(mounts.keySet());
  }
}
