package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Sealer;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.MemoryStore;
import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.FakeVolumes;
import dev.satchel.core.volume.Flush;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of volumes that workloads mount. */
final class VolumeUseTest {
  private static final Actor OWNER = actor("owner", Set.of(Role.ADMIN));
  private static final VolumeRequest BUCKET =
      new VolumeRequest(Backend.CLOUD_BUCKET, null, null, List.of());
  private static final VolumeRequest LOCAL =
      new VolumeRequest(Backend.VAST_LOCAL, 5, "/scratch", List.of());

  private final MemoryStore store = new MemoryStore();
  private final FakeEngine engine = new FakeEngine("process");
  private final InstantSource clock = Instant::now;
  private final KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[Sealer.KEY_BYTES]);
  private final FakeVolumes driver = new FakeVolumes("m1");
  private final Volumes volumes = new Volumes(store, driver, clock);
  private final Workloads workloads = workloads(driver, engine);

  @BeforeEach
  void start() {
    ring.open(store, new byte[Sealer.KEY_BYTES], Instant.now());
    workloads.reconciler().start();
  }

  @AfterEach
  void stop() {
    workloads.reconciler().close();
  }

  @Test
  void aVolumeIsMountedHeldAndFreedAndItsDataIsFlushedBeforeTheEnd() {
    Volume models = create("models", BUCKET);
    AttemptId id = running(mount("models", "/models"));
    assertThat(engine.mounts(id))
        .containsExactly(new Mount(Path.of("/volumes", models.id(), ""), "/models", false));
    assertThat(standing("models").status()).isEqualTo(VolumeStatus.IN_USE);
    assertThat(standing("models").reason()).contains(id.workload());
    RefusedException refused =
        assertRefused(
            Reason.VOLUME_IN_USE, () -> volumes.delete(OWNER, new VolumeName("models"), false));
    assertThat(refused.members()).containsEntry("workload_ids", List.of(id.workload()));
    assertThat(driver.flushed).isEmpty();
    engine.exit(id, 0);
    await(id, w -> w.state() == WorkloadState.COMPLETED);
    assertThat(driver.flushed).containsExactly(models.id());
    assertThat(standing("models").status()).isEqualTo(VolumeStatus.READY);
    volumes.delete(OWNER, new VolumeName("models"), false);
    assertThat(driver.there).isEmpty();
  }

  @Test
  void whatIsNotOnDiskMakesAnAttemptFail() {
    create("models", BUCKET);
    driver.flush = times -> new Flush.Failed("Input/output error");
    AttemptId id = running(mount("models", "/models"));
    engine.exit(id, 0);
    await(id, w -> attempt(id).state() == WorkloadState.FAILED);
    assertThat(attempt(id).cause()).isEqualTo(Cause.MOUNT_FAILED);
    assertThat(attempt(id).reason()).contains("not surely on disk: Input/output error.");
  }

  @Test
  void aDiskThatTakesLongIsWaitedFor() {
    create("models", BUCKET);
    CountDownLatch seen = new CountDownLatch(1);
    driver.flush = times -> seen.getCount() > 0 ? new Flush.Late() : new Flush.Done();
    AttemptId id = running(mount("models", "/models"));
    engine.exit(id, 0);
    await(id, w -> attempt(id).state() == WorkloadState.FINALIZING);
    assertThat(attempt(id).cause()).isEqualTo(Cause.WRITING_BACK);
    seen.countDown();
    await(id, w -> w.state() == WorkloadState.COMPLETED);
  }

  @Test
  void aDiskThatNeverTakesItIsNotWaitedForForEver() {
    create("models", BUCKET);
    driver.flush = times -> new Flush.Late();
    AttemptId id = running(mount("models", "/models"));
    engine.exit(id, 0);
    await(id, w -> attempt(id).state() == WorkloadState.FAILED);
    assertThat(attempt(id).reason()).contains("too long, 10 times");
    assertThat(driver.flushed).hasSize(10);
  }

  @Test
  void aMountWithoutAPathTakesTheVolumesOwn_andWithoutOneItIsRefusedByName() {
    create("scratch", LOCAL);
    AttemptId id = running(new VolumeMount(new VolumeName("scratch"), null, true, "in", null));
    assertThat(engine.mounts(id)).extracting(Mount::path).containsExactly("/scratch");
    assertThat(engine.mounts(id)).extracting(Mount::readOnly).containsExactly(true);
    create("models", BUCKET);
    RefusedException refused =
        assertRefused(
            Reason.INVALID,
            () -> submit(new VolumeMount(new VolumeName("models"), null, false, "", null)));
    assertThat(refused.detail()).contains("\"models\"");
    assertThat(refused.members()).containsEntry("field", "mounts[0].path");
  }

  @Test
  void whatIsNotThereOrDoesNotFitIsRefusedByNameAndNothingIsKept() {
    assertRefused(Reason.VOLUME_MISSING, () -> submit(mount("absent", "/x")));
    create("models", BUCKET);
    RefusedException refused =
        assertRefused(
            Reason.VOLUME_INCOMPATIBLE,
            () -> submit(new VolumeMount(new VolumeName("models"), "/m", false, "", LOCAL)));
    assertThat(refused.members())
        .containsEntry("field", "backend")
        .containsEntry("have", "cloud_bucket")
        .containsEntry("want", "vast_local");
    assertRefused(
        Reason.INVALID, () -> submit(mount("models", "/data"), mount("models", "/data/in")));
    assertRefused(Reason.INVALID, () -> submit(mount("models", "/data/../etc")));
    assertRefused(Reason.INVALID, () -> submit(mount("models", "/run")));
    assertThat(volumes.detail(OWNER, new VolumeName("models")).holders()).isEmpty();
    assertThat(store.<List<String>>read(tx -> tx.workloads().live())).isEmpty();
  }

  @Test
  void aMountCreatesWhatIsMissingOnce_forWhoeverMayCreate() {
    VolumeMount creating = new VolumeMount(new VolumeName("new"), "/new", false, "", BUCKET);
    Actor runner = actor("runner", Set.of(Role.RUNNER), "volume/new");
    assertRefused(Reason.FORBIDDEN, () -> submit(runner, creating));
    running(creating);
    String id = volumes.detail(OWNER, new VolumeName("new")).volume().id();
    submit(runner, creating);
    assertThat(volumes.detail(OWNER, new VolumeName("new")).volume().id()).isEqualTo(id);
    assertRefused(
        Reason.FORBIDDEN, () -> submit(actor("other", Set.of(Role.RUNNER), "new"), creating));
  }

  @Test
  void aLocalVolumeIsReservedThenBoundToTheMachineOfItsFirstPlacement() {
    create("scratch", LOCAL);
    assertThat(standing("scratch").status()).isEqualTo(VolumeStatus.RESERVED);
    assertThat(standing("scratch").reason()).contains("not while a job writes");
    AttemptId id = running(mount("scratch", "/scratch"));
    assertThat(volumes.detail(OWNER, new VolumeName("scratch")).volume().machineId())
        .isEqualTo("m1");
    engine.exit(id, 0);
    await(id, w -> w.state() == WorkloadState.COMPLETED);
    assertThat(standing("scratch").status()).isEqualTo(VolumeStatus.BOUND);
    assertThat(standing("scratch").reason()).contains("not while a job writes");
    assertThat(store.audited().stream().map(AuditRow::action)).contains("volume.bind");

    FakeVolumes elsewhere = new FakeVolumes("m2");
    Workloads others = workloads(elsewhere, new FakeEngine("process"));
    RefusedException refused =
        assertRefused(
            Reason.VOLUME_UNREACHABLE,
            () -> others.submit(OWNER, spec(0, mount("scratch", "/scratch")), null));
    assertThat(refused.detail()).contains("\"scratch\"", "m1", "m2");
    assertThat(
            new Volumes(store, elsewhere, clock)
                .detail(OWNER, new VolumeName("scratch"))
                .status()
                .status())
        .isEqualTo(VolumeStatus.UNREACHABLE);
    others.reconciler().close();
  }

  @Test
  void whatCannotBePlacedLeavesALocalVolumeReserved() {
    create("scratch", LOCAL);
    engine.preparation(
        _ -> {
          throw new RefusedException(Reason.IMAGE_PULL, "No.");
        });
    AttemptId id = submit(mount("scratch", "/scratch"));
    await(id, w -> w.state() == WorkloadState.FAILED);
    assertThat(standing("scratch").status()).isEqualTo(VolumeStatus.RESERVED);
  }

  @Test
  void aLocalVolumeIsOneWorkloadsAtATime_andTheNextWaitsSayingForWhom() {
    create("scratch", LOCAL);
    AttemptId first = running(mount("scratch", "/scratch"));
    AttemptId second = submit(mount("scratch", "/scratch"));
    awaitAttempt(second, it -> it.reason() != null);
    assertThat(attempt(second).state()).isEqualTo(WorkloadState.QUEUED);
    assertThat(attempt(second).reason()).contains("\"scratch\"", first.workload());
    assertThat(engine.starts()).containsExactly(first);
    engine.exit(first, 0);
    await(second, w -> w.state() == WorkloadState.RUNNING);
  }

  @Test
  void aWorkloadThatWaitsForAVolumeKeepsNobodyElseWaiting() {
    create("scratch", LOCAL);
    AttemptId first = running(mount("scratch", "/scratch"));
    AttemptId second = submit(mount("scratch", "/scratch")); // There are two places.
    awaitAttempt(second, it -> it.reason() != null);
    AttemptId third = running();
    assertThat(engine.starts()).containsExactly(first, third);
  }

  @Test
  void aWorkloadMountsOneLocalVolumeAtMost() {
    create("a", LOCAL);
    create("b", LOCAL);
    RefusedException refused =
        assertRefused(Reason.INVALID, () -> submit(mount("a", "/a"), mount("b", "/b")));
    assertThat(refused.detail()).contains("\"a\"", "\"b\"");
    running(mount("a", "/a"), mount("a", "/also"));
  }

  @Test
  void nothingIsStartedThatWritesIntoAVolumeBeyondItsSize() {
    create("sized", new VolumeRequest(Backend.CLOUD_BUCKET, 5, null, List.of()));
    driver.usedBytes = OptionalLong.of(5_000_000_000L);
    AttemptId fits = running(mount("sized", "/sized"));
    engine.exit(fits, 0);
    driver.usedBytes = OptionalLong.of(5_000_000_007L);
    AttemptId reader = running(new VolumeMount(new VolumeName("sized"), "/sized", true, "", null));
    engine.exit(reader, 0);
    AttemptId id = submit(mount("sized", "/sized"));
    Workload ended = await(id, w -> w.state().isTerminal());
    assertThat(ended.state()).isEqualTo(WorkloadState.FAILED);
    assertThat(attempt(ended.currentAttempt()).cause()).isEqualTo(Cause.MOUNT_FAILED);
    assertThat(attempt(ended.currentAttempt()).reason()).contains("\"sized\"", "5 GB", "7 bytes");
  }

  @Test
  void aForcedDeleteLeavesTheDataUntilTheAttemptEnds_andTheRetryEndsInvalid() {
    Volume models = create("models", BUCKET);
    AttemptId id = running(mount("models", "/models"));
    volumes.delete(OWNER, new VolumeName("models"), true);
    assertThat(driver.there).containsExactly(models.id());
    volumes.sweep().sweepData();
    assertThat(driver.there).containsExactly(models.id());
    engine.exit(id, 1);
    Workload ended = await(id, w -> w.state().isTerminal());
    assertThat(ended.state()).isEqualTo(WorkloadState.INVALID);
    assertThat(attempt(ended.currentAttempt()).cause()).isEqualTo(Cause.VOLUME_NOT_FOUND);
    assertThat(attempt(ended.currentAttempt()).reason()).contains("\"models\"");
    volumes.sweep().sweepData();
    assertThat(driver.there).isEmpty();
  }

  @Test
  void anAttemptThatAResubmissionReplacesBeforeItsStartKeepsNothing() {
    Volume scratch = create("scratch", LOCAL);
    CountDownLatch replaced = new CountDownLatch(1);
    engine.preparation(_ -> await(replaced));
    AttemptId first = submit(mount("scratch", "/scratch"));
    awaitAttempt(first, it -> it.state() == WorkloadState.PROVISIONING);
    assertThat(attached(first)).containsExactly(scratch.id());
    var _ = workloads.resubmit(OWNER, first.workload(), null, null);
    assertThat(attached(first)).isEmpty();
    replaced.countDown();
    AttemptId second = new AttemptId(first.workload(), 2);
    awaitAttempt(second, it -> it.state() == WorkloadState.RUNNING);
    engine.exit(second, 0);
    await(second, w -> w.state() == WorkloadState.COMPLETED);
    running(mount("scratch", "/scratch"));
  }

  @Test
  void whatTookTheNameOfAVolumeThatWasTakenIsNotMounted() {
    Volume before = create("models", BUCKET);
    CountDownLatch replaced = new CountDownLatch(1);
    engine.preparation(_ -> await(replaced));
    AttemptId id = submit(mount("models", "/models"));
    awaitAttempt(id, it -> it.state() == WorkloadState.PROVISIONING);
    volumes.delete(OWNER, new VolumeName("models"), true);
    Volume after = create("models", BUCKET);
    replaced.countDown();
    awaitAttempt(id, it -> it.state().isTerminal());
    assertThat(attempt(id).cause()).isEqualTo(Cause.VOLUME_NOT_FOUND);
    assertThat(after.id()).isNotEqualTo(before.id());
    assertThat(engine.starts()).isEmpty();
  }

  private List<String> attached(AttemptId id) {
    return store.read(tx -> tx.volumes().attachedTo(id.workload(), id.number()));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aVolumeStaysWhereItMayBe_asFarAsTheHostSaysWhereItIs() {
    create("eu", new VolumeRequest(Backend.CLOUD_BUCKET, null, null, List.of("DE", "FR")));
    submit(mount("eu", "/eu"));
    engine.labels(Map.of("geolocation", "US"));
    RefusedException refused = assertRefused(Reason.UNSUPPORTED, () -> submit(mount("eu", "/eu")));
    assertThat(refused.members())
        .containsEntry("field", "geolocation")
        .containsEntry("want", "DE or FR")
        .containsEntry("have", "US");
    engine.labels(Map.of("geolocation", "FR"));
    submit(mount("eu", "/eu"));
  }

  @Test
  void aPlanSaysWhatWouldRefuse() {
    assertThat(workloads.plan(OWNER, spec(0, mount("absent", "/x"))).problems())
        .singleElement()
        .asString()
        .contains("\"absent\"");
    create("models", BUCKET);
    VolumeMount other = new VolumeMount(new VolumeName("models"), "/m", false, "", LOCAL);
    assertThat(workloads.plan(OWNER, spec(0, other)).problems())
        .singleElement()
        .asString()
        .contains("backend");
    Plan plan = workloads.plan(OWNER, spec(0, mount("models", "/x")));
    assertThat(plan.problems()).isEmpty();
    assertThat(plan.spec().mounts()).hasSize(1);
  }

  private Volume create(String name, VolumeRequest asked) {
    return volumes.create(OWNER, new VolumeName(name), asked, false).detail().volume();
  }

  private VolumeStatus.Reasoned standing(String name) {
    return volumes.detail(OWNER, new VolumeName(name)).status();
  }

  private static VolumeMount mount(String volume, String path) {
    return new VolumeMount(new VolumeName(volume), path, false, "", null);
  }

  private AttemptId submit(VolumeMount... mounts) {
    return submit(OWNER, mounts);
  }

  private AttemptId submit(Actor actor, VolumeMount... mounts) {
    return workloads.submit(actor, spec(1, mounts), null).attempt();
  }

  private AttemptId running(VolumeMount... mounts) {
    AttemptId id = submit(mounts);
    await(id, w -> w.state() == WorkloadState.RUNNING);
    return id;
  }

  private Attempt attempt(AttemptId id) {
    return store.read(tx -> tx.workloads().attempt(id).orElseThrow());
  }

  private void awaitAttempt(AttemptId id, Predicate<Attempt> isSo) {
    var _ = await(id, _ -> isSo.test(attempt(id)));
  }

  private Workload await(AttemptId id, Predicate<Workload> isSo) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Workload now = store.read(tx -> tx.workloads().find(id.workload()).orElseThrow());
    while (!isSo.test(now)) {
      assertThat(System.nanoTime()).as("%s %s", now, attempt(id)).isLessThan(deadline);
      Thread.onSpinWait();
      now = store.read(tx -> tx.workloads().find(id.workload()).orElseThrow());
    }
    return now;
  }

  private static RefusedException assertRefused(Reason reason, Runnable act) {
    try {
      act.run();
    } catch (RefusedException refused) {
      assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
      return refused;
    }
    throw new AssertionError("was not refused");
  }

  private static Actor actor(String name, Set<Role> roles, String... uses) {
    return new Actor("default", name, name, roles, Set.copyOf(Arrays.asList(uses)), "test");
  }

  private Workloads workloads(FakeVolumes of, FakeEngine on) {
    Changes changes = new Changes();
    return new Workloads(
        store,
        new Secrets(store, ring, clock),
        ring,
        new Engines(List.of(on)),
        new Logs(new MemoryLogs(), changes, 1 << 20),
        changes,
        clock,
        new Workloads.Settings(2, Duration.ofSeconds(1), Duration.ofMillis(10)),
        null,
        of);
  }

  private static WorkloadSpec spec(int retries, VolumeMount... mounts) {
    return new WorkloadSpec(
            null,
            List.of("sleep", "60"),
            null,
            Map.of(),
            List.of(),
            "process",
            null,
            retries,
            false,
            Map.of(),
            null,
            null)
        .withMounts(List.of(mounts));
  }
}
