package dev.satchel.server.bucket;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.BucketDriver;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.KeyPair;
import dev.satchel.server.bucket.Processes.Mark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Mounts by rclone, each a process in a session of its own that outlives the server. It gets its
 * keys from the server's loopback, so that none is in its words, its environment or a file.
 *
 * <p>Jobs have a mount at their place by a bind of it, which keeps what it is bound to, dead or
 * not. So another is not mounted instead of a dead one but over it, and that is carried into the
 * jobs' views, for root: the mount is shared, and theirs are its slaves.
 */
public final class RcloneMounts implements BucketDriver {
  private static final Duration MOUNT_LIMIT = Duration.ofSeconds(30);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final String SCRIPT = Resources.text("mount.sh");

  private final Path root;
  private final MountTools tools;
  private final int port;
  private final InstantSource clock;
  private final BucketProbe probe;
  private final BucketLookup lookup;
  private final Pulse pulse;
  private final CacheRoom room;
  private final boolean asRoot;
  private final String path;
  private Rclone.@Nullable Found found; // Null until it was looked for, and where it was not there.

  /**
   * @param directory only this user's
   * @param path where programs are looked for, before the usual places
   * @param port of the loopback, where a {@link CredentialEndpoint} hands out keys
   * @param unwrittenMaxBytes how much of a mount may wait to be uploaded
   */
  public RcloneMounts(
      Path directory, String path, int port, InstantSource clock, long unwrittenMaxBytes) {
    this(directory, path, port, clock, unwrittenMaxBytes, ANSWER_LIMIT);
  }

  /**
   * @param answerLimit what takes longer to answer hangs, and is dead
   */
  RcloneMounts(
      Path directory,
      String path,
      int port,
      InstantSource clock,
      long unwrittenMaxBytes,
      Duration answerLimit) {
    this.path = path;
    this.port = port;
    this.clock = clock;
    this.pulse = new Pulse(answerLimit);
    this.probe = new BucketProbe(clock);
    this.lookup = new BucketLookup(new S3Client(clock));
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      this.root = directory.toRealPath();
      this.room = new CacheRoom(root, unwrittenMaxBytes);
      this.tools = new MountTools(root.resolve("bin"), port);
      this.asRoot = (Integer) Files.getAttribute(root, "unix:uid") == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public @Nullable String objection() {
    return found().objection();
  }

  /** What another user mounted is not root's to enter, and a container engine is root. */
  @Override
  public @Nullable String containerObjection() {
    return asRoot
        ? null
        : "A container gets buckets only where the server runs as root, and this one does not: run"
            + " this workload without an image, or ask whoever runs the server to run it as root.";
  }

  /** Looked for again as long as it is missing: it may be installed meanwhile. */
  private synchronized Rclone.Found found() {
    if (found == null || found.rclone() == null) {
      found = Rclone.find(path);
    }
    return found;
  }

  private Rclone rclone() {
    Rclone rclone = found().rclone();
    if (rclone == null) {
      throw new RefusedException(Reason.MOUNT_FAILED, String.valueOf(found().objection()));
    }
    return rclone;
  }

  @Override
  public String probe(Bucket bucket, KeyPair keys, boolean write) {
    return probe.probe(bucket, keys, write);
  }

  @Override
  public Path mount(BucketMountId id, Bucket bucket, boolean readOnly, String token) {
    MountDirectory directory = directory(id);
    try {
      end(directory, true); // As it is: what a job has must not be unmounted.
      pulse.forget(id);
      detach(directory.next(), 0);
      detach(directory.shown(), asRoot ? 1 : 0); // A job may have the first.
      directory.make(); // Not before: whoever looks at what hangs hangs.
      mend(id, directory, bucket, token);
      boolean over = MountDirectory.layers(directory.shown()) > 0;
      Path at = over ? directory.next() : directory.shown();
      start(id, directory, bucket, readOnly, token, at);
      if (over) {
        mountCommand("--no-canonicalize", "--bind", at.toString(), directory.shown().toString());
        detach(at, 0);
      } else if (asRoot) {
        mountCommand("--make-shared", at.toString());
      }
      directory.forgetSaid();
      return directory.shown();
    } catch (IOException e) {
      throw new RefusedException(
          Reason.MOUNT_FAILED,
          "The bucket " + bucket + " could not be mounted on this machine: " + e.getMessage());
    }
  }

  private void mend(BucketMountId id, MountDirectory directory, Bucket bucket, String token)
      throws IOException {
    new CacheRepair(directory.cache(), tornPlace(id), path -> lacks(id, bucket, path, token))
        .mend();
  }

  private boolean lacks(BucketMountId id, Bucket bucket, Path path, String token)
      throws IOException {
    try (KeyPair keys = new MountKeys(port).of(id, token)) {
      return lookup.lacks(bucket, path, keys);
    }
  }

  private void start(
      BucketMountId id,
      MountDirectory directory,
      Bucket bucket,
      boolean readOnly,
      String token,
      Path at)
      throws IOException {
    Rclone rclone = rclone();
    List<String> command =
        new ArrayList<>(List.of("setsid", "/bin/sh", "-c", SCRIPT, "satchel-bucket"));
    command.add(directory.path().toString());
    command.addAll(MountCommand.words(rclone, bucket, readOnly, at, directory.cache(), asRoot));
    Process process = Commands.start(command, tools.environment(rclone, id, token));
    directory.serve(Mark.of(process.pid()), port);
    long deadline = System.nanoTime() + MOUNT_LIMIT.toNanos();
    while (MountDirectory.layers(at) == 0) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        String said = directory.said();
        end(directory, false);
        throw new IOException(
            said.isEmpty() ? "rclone says nothing of why." : "rclone says: " + said);
      }
      pause(process, 20);
    }
  }

  @Override
  public Health health(BucketMountId id) {
    MountDirectory directory = directory(id);
    if (!directory.exists()) {
      return Health.ABSENT;
    }
    Mark mark = directory.served(port);
    try {
      boolean served =
          mark != null
              && mark.isAlive()
              && MountDirectory.layers(directory.shown()) > 0
              && MountDirectory.layers(directory.next()) == 0; // Else not yet where jobs have it.
      return served && !pulse.isLost(id, directory.shown()) ? Health.MOUNTED : Health.DEAD;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Unwritten unwritten(BucketMountId id) {
    return CacheIndex.unwritten(directory(id).cache());
  }

  @Override
  public boolean isTooFull(BucketMountId id) {
    Map<BucketMountId, Path> caches = new HashMap<>(Map.of(id, directory(id).cache()));
    known().forEach(each -> caches.put(each, directory(each).cache()));
    return room.isTooFull(id, caches);
  }

  @Override
  public @Nullable String roomObjection() {
    return room.objection();
  }

  @Override
  public void unmount(BucketMountId id) {
    MountDirectory directory = directory(id);
    try {
      if (directory.exists()) {
        detach(directory.next(), 0);
        detach(directory.shown(), 0);
        end(directory, false);
        pulse.forget(id);
        room.forget(id);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void remove(BucketMountId id) {
    unmount(id);
    try {
      directory(id).remove();
    } catch (IOException e) {
      throw new UncheckedIOException("what is left of a bucket mount cannot be removed", e);
    }
  }

  @Override
  public Path aside(BucketMountId id) {
    return root.resolve("unwritten").resolve(id.toString());
  }

  private Path tornPlace(BucketMountId id) {
    return root.resolve("unwritten").resolve(id + "-torn");
  }

  @Override
  public @Nullable Path torn(BucketMountId id) {
    return Files.exists(tornPlace(id)) ? tornPlace(id) : null;
  }

  @Override
  public void setAside(BucketMountId id) {
    unmount(id);
    MountDirectory directory = directory(id);
    try {
      Files.createDirectories(
          root.resolve("unwritten"),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      if (directory.exists() && !Files.exists(aside(id))) {
        Files.move(directory.cache(), aside(id));
        Files.setLastModifiedTime(aside(id), FileTime.from(clock.instant()));
      }
      directory.remove();
    } catch (IOException e) {
      throw new UncheckedIOException("what a bucket mount had not written cannot be kept", e);
    }
  }

  /** Removes what was set aside so long ago. */
  public void sweep(Duration age) {
    Instant before = clock.instant().minus(age);
    try (Stream<Path> all = Files.list(root.resolve("unwritten"))) {
      for (Path each : all.toList()) {
        if (Files.getLastModifiedTime(each).toInstant().isBefore(before)) {
          new MountDirectory(each).remove();
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing was ever set aside.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Set<BucketMountId> known() {
    return MountIds.in(root);
  }

  private MountDirectory directory(BucketMountId id) {
    return new MountDirectory(root.resolve(id.toString()));
  }

  /** Unmounts what is at a place, the newest first, until so many layers are left. */
  private void detach(Path place, int left) throws IOException {
    for (int layers = MountDirectory.layers(place); layers > left; layers--) {
      List<String> command =
          asRoot
              ? List.of("umount", "--no-canonicalize", "--lazy", place.toString())
              : List.of(rclone().unmounter().toString(), "-u", "-z", place.toString());
      var ended = Commands.run(command, Map.of("PATH", Rclone.STANDARD_PATH));
      if (ended.code() != 0 && MountDirectory.layers(place) >= layers) {
        throw new IOException("it cannot be unmounted: " + ended.said().strip());
      }
    }
  }

  private static void mountCommand(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("mount", "-n"));
    command.addAll(List.of(words));
    var ended = Commands.run(command, Map.of("PATH", Rclone.STANDARD_PATH));
    if (ended.code() != 0) {
      throw new IOException("mount says: " + ended.said().strip());
    }
  }

  /** Ends all that serves one mount: whoever recorded it may have died before it could. */
  private static void end(MountDirectory directory, boolean atOnce) throws IOException {
    Set<Long> pids = new LinkedHashSet<>(Processes.mountingAt(directory.shown()));
    pids.addAll(Processes.mountingAt(directory.next()));
    for (long pid : pids) {
      Mark mark = Mark.of(pid);
      ProcessHandle process = ProcessHandle.of(pid).orElse(null);
      if (process == null) {
        continue;
      }
      boolean _ = atOnce ? process.destroyForcibly() : process.destroy();
      long deadline = System.nanoTime() + END_LIMIT.toNanos();
      while (mark.isAlive()) {
        if (System.nanoTime() > deadline + END_LIMIT.toNanos()) { // A disk that hangs keeps it.
          throw new IOException("its process " + pid + " does not end");
        }
        if (System.nanoTime() > deadline) {
          boolean _ = process.destroyForcibly();
        }
        pause(null, 10);
      }
    }
    directory.forgetServer();
  }

  private static void pause(@Nullable Process process, long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      if (process != null) {
        process.destroyForcibly();
      }
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
