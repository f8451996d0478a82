package dev.satchel.core.bucket;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.BucketDriver.Health;
import dev.satchel.core.bucket.BucketDriver.Unwritten;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.ObjectStore;
import dev.satchel.core.volume.VolumeMount;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The buckets that attempts have mounted. Thread-safe. */
public final class BucketMounts {
  private static final Logger LOG = LoggerFactory.getLogger(BucketMounts.class);
  private static final int DOUBLINGS_MAX = 5;

  /** Writing that gets no further for so long is asked why. */
  private static final Duration TROUBLE_AFTER = Duration.ofSeconds(15);

  private static final Unwritten UNSEEN = new Unwritten(-1, -1);

  /** So long is waited for those that take longest, before they are looked after behind it. */
  private static final Duration TEND_WAIT = Duration.ofSeconds(1);

  /** Nothing tells how much of a file is written: where all is well, it gets time by its size. */
  private static final long SLOWEST_BYTES_PER_SECOND = 1_000_000;

  private final Store store;
  private final BucketKeys keys;
  private final BucketDriver driver;
  private final InstantSource clock;
  private final Duration stalledMax;
  private final BucketEndpoints endpoints;
  private final @Nullable ObjectStore objects; // Null where the server has none.
  private final DrainWords words;
  private final Map<BucketMountId, Object> locks = new ConcurrentHashMap<>();
  private final Set<BucketMountId> full = ConcurrentHashMap.newKeySet();
  private final Set<BucketMountId> tended = ConcurrentHashMap.newKeySet();
  private final Map<BucketMountId, Failing> failing = new ConcurrentHashMap<>();
  private final Map<BucketMountId, Progress> progress = new ConcurrentHashMap<>();

  private record Failing(int times, Instant notBefore) {}

  private record Progress(Unwritten left, Instant since) {}

  /**
   * Of a server without an object store.
   *
   * @param stalledMax how long the writing of what an attempt left may get no further
   * @param endpoints which services tokens other than an admin's may name
   */
  public BucketMounts(
      Store store,
      Secrets secrets,
      KeyRing ring,
      BucketDriver driver,
      InstantSource clock,
      Duration stalledMax,
      BucketEndpoints endpoints) {
    this(store, secrets, ring, driver, clock, stalledMax, endpoints, null);
  }

  /**
   * @param stalledMax how long the writing of what an attempt left may get no further
   * @param endpoints which services tokens other than an admin's may name
   * @param objects the server's own, for volumes; null where it has none
   */
  public BucketMounts(
      Store store,
      Secrets secrets,
      KeyRing ring,
      BucketDriver driver,
      InstantSource clock,
      Duration stalledMax,
      BucketEndpoints endpoints,
      @Nullable ObjectStore objects) {
    this.endpoints = endpoints;
    this.store = store;
    this.keys = new BucketKeys(store, secrets, ring, driver, clock, objects);
    this.objects = objects;
    this.driver = driver;
    this.clock = clock;
    this.stalledMax = stalledMax;
    this.words = new DrainWords(driver, stalledMax);
  }

  /**
   * Refuses buckets where this machine can mount none for such a job.
   *
   * @param inContainer whether the job has an image
   */
  public void requireAble(boolean inContainer) {
    String objection = driver.objection();
    if (objection == null && inContainer) {
      objection = driver.containerObjection();
    }
    if (objection != null) {
      throw new RefusedException(Reason.UNSUPPORTED, objection).with("field", "mounts");
    }
  }

  /**
   * Refuses synchronised volumes where this machine can fill no directory for such a job.
   *
   * @param inContainer whether the job has an image
   */
  public void requireAbleToFill(boolean inContainer) {
    String objection = driver.fillObjection();
    if (objection == null && inContainer) { // What its user leaves there, only root can write back.
      objection = driver.containerObjection();
    }
    if (objection != null) {
      throw new RefusedException(Reason.UNSUPPORTED, objection).with("field", "mounts");
    }
  }

  /** Refuses, with FORBIDDEN, endpoints that only an admin's token may name. */
  public void requireAllowed(BucketMount mount) {
    endpoints
        .objection(mount.bucket())
        .ifPresent(
            objection -> {
              throw new RefusedException(Reason.FORBIDDEN, objection).with("field", "mounts");
            });
  }

  /**
   * Tries the keys of a bucket that an attempt is to have, before anything is done for it, and
   * keeps them for its mount.
   *
   * @param trusted whether an admin's token submitted it
   * @throws RefusedException MOUNT_FAILED with the one reason; SECRET_MISSING,
   *     SECRET_ENTRY_MISSING; ATTEMPT_SUPERSEDED where the attempt has ended meanwhile
   */
  public void check(String workspace, BucketMountId id, BucketMount mount, boolean trusted) {
    if (!trusted) { // Its host's name may lead elsewhere than when it was submitted.
      endpoints
          .objectionAtStart(mount.bucket())
          .ifPresent(
              objection -> {
                throw new RefusedException(Reason.MOUNT_FAILED, objection);
              });
    }
    MountSource source = new MountSource.OfBucket(mount);
    requireRoom(source);
    keys.take(workspace, id, source, RandomIds.longId()); // Nobody is told this token.
  }

  private void requireRoom(MountSource source) {
    String noRoom = source.readOnly() ? null : driver.roomObjection();
    if (noRoom != null) {
      throw new RefusedException(Reason.MOUNT_FAILED, noRoom);
    }
  }

  /**
   * Mounts a bucket that was checked, for an attempt that is about to start. Where that was tried
   * before, it is done anew.
   *
   * @throws RefusedException MOUNT_FAILED; ATTEMPT_SUPERSEDED where the attempt has ended meanwhile
   */
  public Path open(BucketMountId id, BucketMount mount) {
    String token = RandomIds.longId();
    keys.renewToken(id, token);
    return mounted(id, new MountSource.OfBucket(mount), token, how -> {});
  }

  /**
   * Tries the keys of a volume that lies in the server's object store, as {@link #check(String,
   * BucketMountId, BucketMount, boolean)} does those of a bucket.
   *
   * @param volumeId which was taken for the attempt
   * @throws RefusedException as that, and OBJECT_STORE_UNAVAILABLE where it is to be tried again
   */
  public void check(String workspace, BucketMountId id, VolumeMount mount, String volumeId) {
    MountSource source = ofVolume(mount, volumeId);
    requireRoom(source);
    keys.take(workspace, id, source, RandomIds.longId()); // Nobody is told this token.
    objects().requireDirectory(volumeId, mount.subdirectory());
  }

  /**
   * Mounts a volume that was checked, as {@link #open(BucketMountId, BucketMount)} a bucket.
   *
   * @param progress told how far it is where that takes long; what it throws ends it
   * @throws RefusedException as that, and OBJECT_STORE_UNAVAILABLE where it is to be tried again
   */
  public Path open(
      BucketMountId id, VolumeMount mount, String volumeId, Consumer<String> progress) {
    String token = RandomIds.longId();
    keys.renewToken(id, token);
    MountSource source = ofVolume(mount, volumeId);
    try {
      return mounted(id, source, token, progress);
    } catch (RefusedException failed) {
      if (failed.reason() == Reason.MOUNT_FAILED) { // Perhaps since the store went away meanwhile.
        keys.requireThere(id, source);
      }
      throw failed;
    }
  }

  private MountSource ofVolume(VolumeMount mount, String volumeId) {
    return new MountSource.OfVolume(mount, objects().bucket(volumeId, mount.subdirectory()));
  }

  private ObjectStore objects() {
    if (objects == null) {
      throw new IllegalStateException("there is no object store that a volume could lie in");
    }
    return objects;
  }

  private Path mounted(
      BucketMountId id, MountSource source, String token, Consumer<String> progress) {
    return alone(
        id,
        () -> {
          driver.remove(id);
          return shown(id, source, token, progress);
        });
  }

  private Path shown(
      BucketMountId id, MountSource source, String token, Consumer<String> progress) {
    Bucket bucket = inItsRegion(id, source.bucket());
    return source.sync()
        ? driver.fill(
            id,
            bucket,
            source.readOnly(),
            token,
            how -> progress.accept("It fetches " + source.what() + ": " + how + "."))
        : driver.mount(id, bucket, source.readOnly(), token);
  }

  /**
   * The pair that opens a mount's bucket now; the caller closes it.
   *
   * @return empty where there is no such mount, or this is not its token
   */
  public Optional<KeyPair> keys(BucketMountId id, String token) {
    return keys.present(id, token);
  }

  /**
   * Gives back what died, and ends what no attempt has any more. Level-based: called every few
   * seconds, and at start-up. What takes long goes on behind it, and keeps no other waiting.
   *
   * @return workloads that have written more to their buckets than there is room for
   */
  public Set<String> tend() {
    Set<BucketMountId> known = driver.known(); // First: a row is there before what it is about.
    Set<BucketMountId> wanted = Set.copyOf(store.read(tx -> tx.bucketMounts().all()));
    full.retainAll(wanted);
    List<Thread> acts = new ArrayList<>();
    for (BucketMountId id : known) {
      if (tended.add(id)) {
        acts.add(Thread.ofVirtual().start(() -> tend(id, wanted.contains(id))));
      }
    }
    Instant until = Instant.now().plus(TEND_WAIT);
    for (Thread act : acts) {
      try {
        boolean _ = act.join(Duration.between(Instant.now(), until));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Set.of();
      }
    }
    return full.stream().map(BucketMountId::workload).collect(Collectors.toSet());
  }

  /** Whether an attempt has written more to its buckets than there is room for. */
  public boolean isTooFull(AttemptId attempt) {
    return full.stream()
        .anyMatch(
            id -> id.workload().equals(attempt.workload()) && id.attempt() == attempt.number());
  }

  private void tend(BucketMountId id, boolean wanted) {
    try {
      alone(id, () -> wanted ? lookAfter(id) : isDue(id) ? end(id) : nothing());
    } catch (RuntimeException e) { // Its turn is soon again.
      failed(id, e);
    } finally {
      tended.remove(id);
    }
  }

  /** Where an attempt may have ended since it was looked at, its mounts are another's to end. */
  private Void end(BucketMountId id) {
    if (store.read(tx -> tx.bucketMounts().find(id)).isEmpty()) {
      if (isKnownToBeWritten(id)) {
        driver.remove(id);
      } else {
        LOG.warn("what the bucket mount {} had not written is kept in {}", id, driver.aside(id));
        driver.setAside(id);
      }
      forget(id);
    }
    return nothing();
  }

  /** What cannot be seen is tried some times, and then kept with the rest. */
  private boolean isKnownToBeWritten(BucketMountId id) {
    try {
      return driver.unwritten(id).isNothing();
    } catch (RuntimeException e) {
      Failing before = failing.get(id);
      if (before == null || before.times() < DOUBLINGS_MAX) {
        throw e;
      }
      return false;
    }
  }

  private Void lookAfter(BucketMountId id) {
    try {
      boolean _ = driver.isTooFull(id) ? full.add(id) : full.remove(id);
    } catch (RuntimeException e) { // It is mounted again all the same.
      LOG.warn("how much the bucket mount {} holds cannot be seen: {}", id, e.toString());
    }
    return restoreDead(id);
  }

  private Void restoreDead(BucketMountId id) {
    if (isDue(id) && driver.health(id) == Health.DEAD) {
      restore(id);
    }
    return nothing();
  }

  private boolean isDue(BucketMountId id) {
    Failing before = failing.get(id);
    return before == null || !before.notBefore().isAfter(clock.instant());
  }

  private void restore(BucketMountId id) {
    MountSource source = store.<Optional<MountSource>>read(tx -> sourceOf(tx, id)).orElse(null);
    if (source == null || source.sync()) { // The attempt has ended, or has what nobody can refill.
      return;
    }
    LOG.warn("the bucket mount {} is dead, and is mounted again", id);
    String token = RandomIds.longId();
    keys.renewToken(id, token);
    var _ = driver.mount(id, inItsRegion(id, source.bucket()), source.readOnly(), token);
    failing.remove(id);
  }

  private void failed(BucketMountId id, RuntimeException e) {
    Failing before = failing.getOrDefault(id, new Failing(0, Instant.MIN));
    long wait = 1L << Math.min(before.times() + 1, DOUBLINGS_MAX);
    failing.put(id, new Failing(before.times() + 1, clock.instant().plusSeconds(wait)));
    LOG.warn("the bucket mount {} could not be tended: {}", id, e.toString());
  }

  /**
   * Goes on to write what an attempt whose job has ended left in its buckets, and ends its mounts
   * once all is there. Returns soon; called again until it is done.
   */
  public Drain drain(Workload workload, AttemptId attempt) {
    List<String> lost = new ArrayList<>();
    Drain writing = null;
    for (var each : sources(workload, attempt).entrySet()) {
      BucketMountId id = each.getKey();
      switch (alone(id, () -> drainOrWait(id, each.getValue()))) {
        case Drain.Done() -> {}
        case Drain.Writing still -> writing = writing == null ? still : writing;
        case Drain.Lost(String why) -> lost.add(why);
      }
    }
    if (writing != null) { // What is lost is told of once nothing else is to be waited for.
      return writing;
    }
    return lost.isEmpty() ? new Drain.Done() : new Drain.Lost(String.join(" ", lost));
  }

  /** All that an attempt may have mounted: of its volumes, those that lie in an object store. */
  private Map<BucketMountId, MountSource> sources(Workload workload, AttemptId attempt) {
    Map<BucketMountId, MountSource> sources = new LinkedHashMap<>();
    int place = 0;
    for (BucketMount mount : workload.spec().bucketMounts()) {
      sources.put(BucketMountId.ofBucket(attempt, place++), new MountSource.OfBucket(mount));
    }
    for (int i = 0; i < workload.spec().volumeMounts().size(); i++) {
      BucketMountId id = BucketMountId.ofVolume(attempt, i);
      store.read(tx -> sourceOf(tx, id)).ifPresent(source -> sources.put(id, source));
    }
    return sources;
  }

  /** What cannot be looked at has its time too: else its attempt would never end. */
  private Drain drainOrWait(BucketMountId id, MountSource source) {
    try {
      return drain(id, source);
    } catch (RuntimeException e) {
      LOG.warn("what a job left in the bucket mount {} cannot be seen: {}", id, e.toString());
      String what = "What the job left at " + source.path() + " cannot be looked at or removed";
      return sinceWhen(id, UNSEEN).plus(stalledMax).isBefore(clock.instant())
          ? new Drain.Lost(what + ". What is left of it is put into " + driver.aside(id) + ".")
          : new Drain.Writing(what + "; it is tried again.");
    }
  }

  private Drain drain(BucketMountId id, MountSource source) {
    if (driver.health(id) == Health.ABSENT || source.readOnly()) {
      return removed(id, source);
    }
    writeOrWait(id, source);
    Unwritten left = driver.unwritten(id);
    if (left.isNothing()) { // Also where it is dead: it may hang, and go on.
      driver.unmount(id);
      left = driver.unwritten(id); // What it was told of last, it may have noted just now.
    }
    if (left.isNothing()) {
      return removed(id, source);
    }
    Instant since = sinceWhen(id, left);
    if (since.plus(stalledMax).isBefore(clock.instant())) {
      String trouble = keys.trouble(id, source);
      Instant end = since.plus(stalledMax).plusSeconds(left.bytes() / SLOWEST_BYTES_PER_SECOND);
      if (!trouble.isEmpty() || end.isBefore(clock.instant())) {
        return new Drain.Lost(words.lost(id, source, left) + trouble + words.after(id, source));
      }
    }
    if (driver.health(id) == Health.DEAD) {
      restoreOrWait(id);
    }
    boolean stalled = since.plus(TROUBLE_AFTER).isBefore(clock.instant());
    return new Drain.Writing(
        words.writing(source, left) + (stalled ? keys.trouble(id, source) : ""));
  }

  private BucketDriver.Access access(BucketMountId id, MountSource source) {
    String token = RandomIds.longId();
    keys.renewToken(id, token);
    return new BucketDriver.Access(inItsRegion(id, source.bucket()), token);
  }

  private void writeOrWait(BucketMountId id, MountSource source) {
    try {
      driver.write(id, () -> access(id, source));
    } catch (RuntimeException e) { // As long as it gets no further, its time runs out.
      failed(id, e);
    }
  }

  private Drain removed(BucketMountId id, MountSource source) {
    driver.remove(id);
    String torn = words.torn(id, source);
    forget(id); // Last: what fails before has the time that is left.
    return torn.isEmpty() ? new Drain.Done() : new Drain.Lost(torn);
  }

  private void restoreOrWait(BucketMountId id) {
    try {
      var _ = restoreDead(id);
    } catch (RuntimeException e) { // As long as it gets no further, its time runs out.
      failed(id, e);
    }
  }

  private Instant sinceWhen(BucketMountId id, Unwritten left) {
    Progress before = progress.get(id);
    if (before == null || !before.left().equals(left)) {
      before = new Progress(left, clock.instant());
      progress.put(id, before);
    }
    return before.since();
  }

  /** What an id stands for; empty where its attempt has it no longer. */
  static Optional<MountSource> sourceOf(Tx tx, BucketMountId id) {
    MountedBucket row = tx.bucketMounts().find(id).orElse(null);
    Workload workload = tx.workloads().find(id.workload()).orElse(null);
    if (row == null || workload == null) {
      return Optional.empty();
    }
    Bucket own = row.bucket();
    return own == null
        ? nth(workload.spec().bucketMounts(), id.place()).map(MountSource.OfBucket::new)
        : nth(workload.spec().volumeMounts(), id.volumePlace())
            .map(mount -> new MountSource.OfVolume(mount, own));
  }

  private static <T> Optional<T> nth(List<T> all, int place) {
    return place >= 0 && place < all.size() ? Optional.of(all.get(place)) : Optional.empty();
  }

  private Bucket inItsRegion(BucketMountId id, Bucket bucket) {
    String region =
        store
            .read(tx -> tx.bucketMounts().find(id))
            .map(MountedBucket::region)
            .orElse(bucket.region());
    return bucket.in(region);
  }

  private void forget(BucketMountId id) {
    failing.remove(id);
    progress.remove(id);
    full.remove(id);
    keys.forget(id);
    locks.remove(id);
  }

  private <T extends @Nullable Object> T alone(BucketMountId id, Supplier<T> act) {
    synchronized (locks.computeIfAbsent(id, it -> new Object())) {
      return act.get();
    }
  }

  @SuppressWarnings("NullAway") // The one value of its type.
  private static Void nothing() {
    return null;
  }
}
