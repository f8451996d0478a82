package dev.satchel.server.bucket;

import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.BucketDriver;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.KeyPair;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Mounts, and directories that are filled: each id is one or the other. */
public final class EitherMounts implements BucketDriver, AutoCloseable {
  private final RcloneMounts mounts;
  private final SyncedDirectories synced;

  /**
   * @param mounted where mounts are, only this user's
   * @param filled where directories are, likewise
   * @param path where programs are looked for, before the usual places
   * @param port of the loopback, where a {@link CredentialEndpoint} hands out keys
   * @param maxBytes how much of one may wait to be uploaded
   */
  public EitherMounts(
      Path mounted, Path filled, String path, int port, InstantSource clock, long maxBytes) {
    this.mounts = new RcloneMounts(mounted, path, port, clock, maxBytes);
    this.synced = new SyncedDirectories(filled, path, port, clock, maxBytes);
  }

  /** Removes what was set aside so long ago. */
  public void sweep(Duration age) {
    mounts.sweep(age);
    synced.sweep(age);
  }

  /** Ends what copies; mounts go on. */
  @Override
  public void close() {
    synced.close();
  }

  private BucketDriver of(BucketMountId id) {
    return synced.has(id) ? synced : mounts;
  }

  @Override
  public @Nullable String objection() {
    return mounts.objection();
  }

  @Override
  public @Nullable String containerObjection() {
    return mounts.containerObjection();
  }

  @Override
  public @Nullable String fillObjection() {
    return synced.objection();
  }

  @Override
  public String probe(Bucket bucket, KeyPair keys, boolean write) {
    return mounts.probe(bucket, keys, write);
  }

  @Override
  public Path mount(BucketMountId id, Bucket bucket, boolean readOnly, String token) {
    return mounts.mount(id, bucket, readOnly, token);
  }

  @Override
  public Path fill(
      BucketMountId id, Bucket bucket, boolean readOnly, String token, Consumer<String> progress) {
    return synced.fill(id, bucket, readOnly, token, progress);
  }

  @Override
  public void write(BucketMountId id, Supplier<Access> access) {
    of(id).write(id, access);
  }

  @Override
  public Health health(BucketMountId id) {
    return of(id).health(id);
  }

  @Override
  public Unwritten unwritten(BucketMountId id) {
    return of(id).unwritten(id);
  }

  @Override
  public boolean isTooFull(BucketMountId id) {
    return of(id).isTooFull(id);
  }

  @Override
  public @Nullable String roomObjection() {
    return mounts.roomObjection();
  }

  @Override
  public void unmount(BucketMountId id) {
    of(id).unmount(id);
  }

  @Override
  public void remove(BucketMountId id) {
    of(id).remove(id);
  }

  @Override
  public void setAside(BucketMountId id) {
    of(id).setAside(id);
  }

  @Override
  public Path aside(BucketMountId id) {
    return of(id).aside(id);
  }

  @Override
  public @Nullable Path torn(BucketMountId id) {
    return mounts.torn(id);
  }

  @Override
  public @Nullable Unkept unkept(BucketMountId id) {
    return synced.unkept(id);
  }

  @Override
  public Set<BucketMountId> known() {
    Set<BucketMountId> known = new LinkedHashSet<>(mounts.known());
    known.addAll(synced.known());
    return known;
  }
}
