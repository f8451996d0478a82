package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.bucket.BucketDriver;
import dev.satchel.core.bucket.BucketDriver.Health;
import dev.satchel.core.bucket.BucketDriver.Unwritten;
import dev.satchel.core.bucket.BucketEndpoints;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.BucketMounts;
import dev.satchel.core.bucket.FakeBuckets;
import dev.satchel.core.bucket.KeyPair;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Sealer;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.MemoryStore;
import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.FakeObjects;
import dev.satchel.core.volume.FakeVolumes;
import dev.satchel.core.volume.ObjectStore;
import dev.satchel.core.volume.PlacedVolumes;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeMount;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.VolumeRequest;
import dev.satchel.core.volume.VolumeStatus;
import dev.satchel.core.volume.Volumes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of volumes in the server's object store, while it has one and while it has not. */
final class ObjectStoreUseTest {
  private static final Actor OWNER =
      new Actor("default", "owner", "owner", Set.of(Role.ADMIN), Set.of(), "test");
  private static final VolumeName NAME = new VolumeName("models");

  private final MemoryStore store = new MemoryStore();
  private final FakeEngine engine = new FakeEngine("process");
  private final KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[Sealer.KEY_BYTES]);
  private final FakeBuckets mounts = new FakeBuckets();
  private final FakeVolumes disk = new FakeVolumes("m1");
  private final FakeObjects objects = new FakeObjects("store");

  /** One life of a server. */
  private final class Life {
    final PlacedVolumes driver;
    final Volumes volumes;
    final BucketMounts buckets;
    final Workloads workloads;

    Life(@Nullable ObjectStore has) {
      InstantSource clock = InstantSource.system();
      Secrets secrets = new Secrets(store, ring, clock);
      Changes changes = new Changes();
      driver = new PlacedVolumes(disk, has);
      volumes = new Volumes(store, driver, clock);
      buckets =
          new BucketMounts(
              store,
              secrets,
              ring,
              mounts,
              clock,
              Duration.ofMinutes(10),
              BucketEndpoints.of("public"),
              has);
      workloads =
          new Workloads(
              store,
              secrets,
              ring,
              new Engines(List.of(engine)),
              new Logs(new MemoryLogs(), changes, 1 << 20),
              changes,
              clock,
              new Workloads.Settings(2, Duration.ofSeconds(1), Duration.ofMillis(10)),
              null,
              driver,
              null,
              buckets);
      workloads.reconciler().start();
    }

    Volume create(Backend backend) {
      Integer size = backend == Backend.VAST_LOCAL ? 1 : null;
      VolumeRequest asked = new VolumeRequest(backend, size, "/models", List.of());
      return volumes.create(OWNER, NAME, asked, true).detail().volume();
    }
  }

  private Life life;

  @BeforeEach
  void start() {
    ring.open(store, new byte[Sealer.KEY_BYTES], Instant.now());
    mounts.opensWith = objects.pair;
    life = new Life(objects);
  }

  @AfterEach
  void stop() {
    life.workloads.reconciler().close();
  }

  private void restart(@Nullable ObjectStore has) {
    stop();
    life = new Life(has);
  }

  private AttemptId submit(VolumeMount mount) {
    WorkloadSpec spec =
        new WorkloadSpec(
                null,
                List.of("sleep", "60"),
                null,
                Map.of(),
                List.of(),
                "process",
                null,
                0,
                false,
                Map.of(),
                null,
                null)
            .withMounts(List.of(mount));
    return life.workloads.submit(OWNER, spec, null).attempt();
  }

  private static VolumeMount mount(boolean readOnly, String subdirectory) {
    return new VolumeMount(NAME, null, readOnly, subdirectory, null);
  }

  private void await(AttemptId id, WorkloadState state) {
    until(() -> workload(id).state() == state);
  }

  private static void until(BooleanSupplier isSo) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!isSo.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private Workload workload(AttemptId id) {
    return store.read(tx -> tx.workloads().find(id.workload()).orElseThrow());
  }

  private Attempt attempt(AttemptId id) {
    return store.read(tx -> tx.workloads().attempt(id).orElseThrow());
  }

  @Test
  void aVolumeIsMountedWithTheServersKeys_andItsEndWaitsUntilAllIsWritten() {
    Volume volume = life.create(Backend.CLOUD_BUCKET);
    assertThat(volume.store()).isEqualTo(objects.place());
    AttemptId id = submit(mount(false, "part"));
    await(id, WorkloadState.RUNNING);
    BucketMountId mount = BucketMountId.ofVolume(id, 0);
    assertThat(engine.mounts(id))
        .containsExactly(new Mount(Path.of("/buckets", mount.toString()), "/models", false, true));
    assertThat(disk.there).isEmpty();
    assertThat(keys(id)).isEqualTo(objects.pair);
    mounts.left.put(mount, new Unwritten(2, 300));
    engine.exit(id, 0);
    await(id, WorkloadState.FINALIZING);
    until(
        () ->
            String.valueOf(attempt(id).reason())
                .equals(
                    "The job has ended; 300 bytes in 2 files are still being written to the volume"
                        + " \"models\"."));
    mounts.left.remove(mount);
    await(id, WorkloadState.COMPLETED);
    assertThat(mounts.mounts).isEmpty();
    assertThat(store.<List<BucketMountId>>read(tx -> tx.bucketMounts().all())).isEmpty();
    life.volumes.delete(OWNER, NAME, false);
    assertThat(objects.removed).containsExactly(volume.id());
  }

  @Test
  void aSynchronisedVolumeIsFilledFirst_andWrittenBeforeItsEnd() {
    var _ = life.create(Backend.CLOUD_BUCKET);
    mounts.objection = "There is no /dev/fuse.";
    mounts.containerObjection = "And the server is not root.";
    AttemptId id = submit(synced());
    await(id, WorkloadState.RUNNING);
    BucketMountId mount = BucketMountId.ofVolume(id, 0);
    assertThat(engine.mounts(id))
        .containsExactly(new Mount(Path.of("/buckets", mount.toString()), "/models", false, false));
    assertThat(mounts.filled).containsExactly(mount);
    assertThat(mounts.written).as("not while the job runs").isEmpty();
    restart(null); // Which has no such store by then.
    mounts.left.put(mount, new Unwritten(2, 300));
    engine.exit(id, 0);
    await(id, WorkloadState.FINALIZING);
    until(() -> mounts.written.containsKey(mount));
    var access = Objects.requireNonNull(mounts.written.get(mount));
    try (KeyPair keys = life.buckets.keys(mount, access.token()).orElseThrow()) {
      assertThat(FakeBuckets.text(keys)).isEqualTo(objects.pair);
    }
    mounts.unkept.put(mount, new BucketDriver.Unkept(Path.of("/aside"), List.of("a", "b/c")));
    mounts.left.remove(mount);
    await(id, WorkloadState.FAILED);
    assertThat(attempt(id).reason()).contains("links", "a, b/c", "/aside", "\"models\"");
  }

  @Test
  void whatCannotBeLookedAtIsWaitedFor_andNothingIsFilledOverIt() {
    var _ = life.create(Backend.CLOUD_BUCKET);
    AttemptId id = submit(synced());
    await(id, WorkloadState.RUNNING);
    BucketMountId mount = BucketMountId.ofVolume(id, 0);
    mounts.mounts.put(mount, Health.DEAD);
    life.buckets.tend();
    assertThat(mounts.mounted).as("what the job has is not replaced").isEqualTo(1);
    mounts.unreadable.add(mount);
    engine.exit(id, 0);
    until(
        () ->
            String.valueOf(attempt(id).reason())
                .equals(
                    "What the job left at /models cannot be looked at or removed; it is tried again."));
    mounts.unreadable.remove(mount);
    await(id, WorkloadState.COMPLETED);
  }

  @Test
  void aFillEndsWhereItsAttemptIsAskedToEnd_andAMachineWithoutTheToolSaysSo() {
    var _ = life.create(Backend.CLOUD_BUCKET);
    CountDownLatch asked = new CountDownLatch(1);
    mounts.filling =
        () -> {
          try {
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    AttemptId id = submit(synced());
    await(id, WorkloadState.PROVISIONING);
    life.workloads.terminate(OWNER, id.workload());
    asked.countDown();
    await(id, WorkloadState.TERMINATED);
    assertThat(mounts.filled).isEmpty();
    mounts.fillObjection = "Install the tool.";
    assertThatThrownBy(() -> submit(synced())).hasMessageContaining("Install the tool.");
    AttemptId mounted = submit(mount(false, ""));
    await(mounted, WorkloadState.RUNNING);
  }

  private static VolumeMount synced() {
    return new VolumeMount(NAME, null, false, "", null, true);
  }

  @Test
  void aResubmissionWhoseVolumeDoesNotOpenLeavesTheRunningAttemptAlone() {
    var _ = life.create(Backend.CLOUD_BUCKET);
    AttemptId first = submit(mount(false, ""));
    await(first, WorkloadState.RUNNING);
    mounts.opensWith = "another-id:another-key";
    AttemptId second = life.workloads.resubmit(OWNER, first.workload(), null, null).attempt();
    until(() -> attempt(second).state() == WorkloadState.FAILED);
    assertThat(attempt(first).state()).isEqualTo(WorkloadState.RUNNING);
    assertThat(engine.observe(first)).isInstanceOf(Observation.Running.class);
  }

  @Test
  void newKeysReachAMount_andHalfAPairDoesNot() {
    var _ = life.create(Backend.CLOUD_BUCKET);
    AttemptId id = submit(mount(false, ""));
    await(id, WorkloadState.RUNNING);
    objects.pair = "new-id:server-key";
    assertThat(keys(id)).isEqualTo("server-id:server-key");
    objects.pair = "new-id:new-key";
    mounts.opensWith = objects.pair;
    assertThat(keys(id)).isEqualTo("new-id:new-key");
  }

  private String keys(AttemptId id) {
    BucketMountId mount = BucketMountId.ofVolume(id, 0);
    try (KeyPair keys =
        life.buckets.keys(mount, mounts.tokens.getOrDefault(mount, "")).orElseThrow()) {
      return FakeBuckets.text(keys);
    }
  }

  @Test
  void aServerThatIsStartedWithoutTheStoreStillWritesBackWhatRan() {
    var _ = life.create(Backend.CLOUD_BUCKET);
    AttemptId id = submit(mount(false, ""));
    await(id, WorkloadState.RUNNING);
    BucketMountId mount = BucketMountId.ofVolume(id, 0);
    mounts.left.put(mount, new Unwritten(1, 5));
    restart(null);
    assertThat(keys(id)).isEqualTo(objects.pair);
    mounts.mounts.put(mount, Health.DEAD);
    life.buckets.tend();
    assertThat(mounts.mounted).isEqualTo(2);
    engine.exit(id, 0);
    await(id, WorkloadState.FINALIZING);
    mounts.left.remove(mount);
    await(id, WorkloadState.COMPLETED);
    assertThat(mounts.mounts).isEmpty();
  }

  @Test
  void whatLiesInAnotherStoreIsUnreachable_andGoesOnceItIsThereAgain() {
    Volume volume = life.create(Backend.CLOUD_BUCKET);
    for (ObjectStore other :
        new ObjectStore[] {
          null, new FakeObjects("other"), new FakeObjects("store", "http://127.0.0.2:9")
        }) {
      restart(other);
      assertThat(life.volumes.detail(OWNER, NAME).status().status())
          .isEqualTo(VolumeStatus.UNREACHABLE);
      assertThatThrownBy(() -> submit(mount(false, "")))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.VOLUME_UNREACHABLE);
                assertThat(e.members())
                    .containsEntry("have", "s3://store at http://127.0.0.1:9")
                    .containsEntry("want", other == null ? "none" : other.place().toString());
              });
      assertThatThrownBy(() -> life.volumes.list(OWNER, NAME, "", "", 1))
          .isInstanceOf(RefusedException.class);
    }
    life.volumes.delete(OWNER, NAME, false);
    life.volumes.sweep().sweep();
    assertThat(life.volumes.detail(OWNER, NAME).status().status()).isEqualTo(VolumeStatus.DELETING);
    FakeObjects elsewhere = new FakeObjects("store", "http://127.0.0.2:9");
    restart(elsewhere); // Another service, which has a bucket of that name too.
    life.volumes.sweep().sweep();
    assertThat(elsewhere.removed).isEmpty();
    assertThat(life.volumes.detail(OWNER, NAME).status().status()).isEqualTo(VolumeStatus.DELETING);
    restart(objects);
    life.volumes.sweep().sweep();
    assertThat(objects.removed).containsExactly(volume.id());
    assertThatThrownBy(() -> life.volumes.detail(OWNER, NAME)).isInstanceOf(RefusedException.class);
  }

  @Test
  void jobsWaitForAStoreThatIsAway_andTakeNobodysPlaceMeanwhile() {
    var _ = life.create(Backend.CLOUD_BUCKET);
    mounts.away = true;
    List<AttemptId> waiting = List.of(submit(mount(false, "")), submit(mount(true, "")));
    for (AttemptId id : waiting) { // As many as there are places.
      until(() -> String.valueOf(attempt(id).reason()).equals("The bucket store is away."));
    }
    VolumeRequest local = new VolumeRequest(Backend.VAST_LOCAL, 1, null, List.of());
    AttemptId other =
        submit(new VolumeMount(new VolumeName("scratch"), "/scratch", false, "", local));
    await(other, WorkloadState.RUNNING);
    assertThat(attempt(waiting.getFirst()).state()).isEqualTo(WorkloadState.PROVISIONING);
    life.workloads.terminate(OWNER, waiting.getLast().workload());
    await(waiting.getLast(), WorkloadState.TERMINATED);
    mounts.away = false;
    await(waiting.getFirst(), WorkloadState.RUNNING);
  }

  @Test
  void aFillThatBreaksOffSinceTheStoreWentAwayIsDoneAnew() {
    var _ = life.create(Backend.CLOUD_BUCKET);
    mounts.filling =
        () -> {
          mounts.away = true;
          throw new RefusedException(Reason.MOUNT_FAILED, "It broke off.");
        };
    AttemptId id = submit(synced());
    until(() -> String.valueOf(attempt(id).reason()).equals("The bucket store is away."));
    assertThat(attempt(id).state()).isEqualTo(WorkloadState.PROVISIONING);
    mounts.filling = () -> {};
    mounts.away = false;
    await(id, WorkloadState.RUNNING);
    mounts.filling =
        () -> {
          throw new RefusedException(Reason.MOUNT_FAILED, "It is too large.");
        };
    AttemptId large = submit(synced());
    await(large, WorkloadState.FAILED);
    assertThat(attempt(large).reason()).isEqualTo("It is too large.");
  }

  @Test
  void whatIsOnDiskStaysThere_andVastLocalNeverLeavesIt() {
    restart(null);
    Volume before = life.create(Backend.CLOUD_BUCKET);
    restart(objects);
    AttemptId id = submit(mount(false, ""));
    await(id, WorkloadState.RUNNING);
    assertThat(engine.mounts(id))
        .containsExactly(new Mount(Path.of("/volumes", before.id()), "/models", false));
    engine.exit(id, 0);
    await(id, WorkloadState.COMPLETED);
    life.volumes.delete(OWNER, NAME, false);
    assertThat(disk.there).isEmpty();
    assertThat(objects.removed).isEmpty();
    assertThat(life.create(Backend.VAST_LOCAL).data().isOnDisk()).isTrue();
  }

  @Test
  void aMachineThatCannotMountRefusesTheSubmit_andOnlyOfVolumesThatAreMounted() {
    mounts.objection = "Install rclone.";
    var _ = life.create(Backend.CLOUD_BUCKET);
    assertThatThrownBy(() -> submit(mount(false, ""))).hasMessageContaining("Install rclone.");
    VolumeRequest local = new VolumeRequest(Backend.VAST_LOCAL, 1, null, List.of());
    AttemptId id = submit(new VolumeMount(new VolumeName("scratch"), "/scratch", false, "", local));
    await(id, WorkloadState.RUNNING);
  }

  @Test
  void aVolumeThatIsFullIsNotMountedToBeWritten() {
    VolumeRequest asked = new VolumeRequest(Backend.CLOUD_BUCKET, 1, "/models", List.of());
    var _ = life.volumes.create(OWNER, NAME, asked, true);
    objects.usedBytes = OptionalLong.of(1_000_000_001L);
    AttemptId id = submit(mount(false, ""));
    await(id, WorkloadState.FAILED);
    assertThat(attempt(id).reason()).contains("1 GB").contains("1 bytes more");
    AttemptId reads = submit(mount(true, ""));
    await(reads, WorkloadState.RUNNING);
  }
}
