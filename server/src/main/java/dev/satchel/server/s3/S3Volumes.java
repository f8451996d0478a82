package dev.satchel.server.s3;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeyPair;
import dev.satchel.core.volume.ObjectStore;
import dev.satchel.core.volume.StorePlace;
import dev.satchel.core.volume.VolumeFiles;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Volumes as {@code PREFIX/volumes/ID/} in a bucket, an object for each file. */
public final class S3Volumes implements ObjectStore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(S3Volumes.class);
  private static final int COUNTED_PAGES_MAX = 100;

  private final Bucket bucket;
  private final @Nullable String movedFrom; // Null where the service was never elsewhere.
  private final KeyFiles keys;
  private final S3Connection connection;
  private final S3Objects objects;
  private final ObjectUsage usage;
  private final Removals removals;
  private final S3Reader reader;
  private final S3Writer writer;

  /**
   * @param region in which requests are signed: asked for at the first, until it is told; refuses
   *     as long as it cannot be found out
   * @param movedFrom the address at which the service was before; null where it was at none
   */
  public S3Volumes(
      Bucket bucket,
      Supplier<String> region,
      @Nullable String movedFrom,
      KeyFiles keys,
      InstantSource clock) {
    this.bucket = bucket;
    this.movedFrom = movedFrom;
    this.keys = keys;
    this.connection = new S3Connection(bucket, region, keys);
    this.objects = new S3Objects(connection);
    this.usage = new ObjectUsage(objects, COUNTED_PAGES_MAX);
    this.removals = new Removals(objects, clock);
    this.reader = new S3Reader(connection);
    this.writer = new S3Writer(connection, removals, clock);
  }

  @Override
  public StorePlace place() {
    return at(bucket.endpoint());
  }

  private StorePlace at(String endpoint) {
    return new StorePlace("s3://" + bucket, endpoint);
  }

  @Override
  public boolean keeps(StorePlace place) {
    return place().isSame(place) || (movedFrom != null && at(movedFrom).isSame(place));
  }

  @Override
  public Bucket bucket() {
    return bucket;
  }

  @Override
  public KeyPair keys() {
    return keys.open();
  }

  /** The prefix of a volume, without a "/" behind it. */
  private String prefix(String volumeId) {
    return (bucket.prefix().isEmpty() ? "" : bucket.prefix() + "/") + "volumes/" + volumeId;
  }

  /** What the names of all objects of a volume begin with. */
  private String base(String volumeId) {
    return prefix(volumeId) + "/";
  }

  @Override
  public Bucket bucket(String volumeId, String subdirectory) {
    return new Bucket(
        bucket.name(),
        bucket.endpoint(),
        bucket.region(),
        prefix(volumeId) + (subdirectory.isEmpty() ? "" : "/" + subdirectory),
        bucket.forcePathStyle());
  }

  @Override
  public boolean holds(Bucket part) {
    String all = prefix("");
    return part.name().equals(bucket.name())
        && part.endpoint().equals(bucket.endpoint())
        && part.prefix().startsWith(all);
  }

  @Override
  public void requireDirectory(String volumeId, String subdirectory) {
    if (subdirectory.isEmpty()) {
      return;
    }
    for (String part : S3VolumeFiles.upTo(subdirectory)) {
      if (objects.head(prefix(volumeId) + "/" + part).isPresent()) {
        throw new RefusedException(
            Reason.MOUNT_FAILED,
            "The part " + part + " of the volume is a file, which cannot be mounted.");
      }
    }
  }

  @Override
  public OptionalLong usedBytes(String volumeId) {
    try {
      return usage.bytes(base(volumeId));
    } catch (RefusedException e) {
      LOG.warn("volume {} could not be counted: {}", volumeId, e.detail());
      return OptionalLong.empty();
    }
  }

  @Override
  public void remove(String volumeId) {
    removals.begin(base(volumeId));
  }

  @Override
  public boolean isRemoving(String volumeId) {
    return removals.isRunning(base(volumeId));
  }

  @Override
  public VolumeFiles files(String volumeId) {
    return new S3VolumeFiles(base(volumeId), objects, usage, reader, writer);
  }

  @Override
  public void close() {
    connection.close();
  }
}
