package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.BucketDriver.Health;
import dev.satchel.core.bucket.BucketDriver.Unwritten;
import dev.satchel.core.bucket.BucketEndpoints;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.BucketMounts;
import dev.satchel.core.bucket.FakeBuckets;
import dev.satchel.core.bucket.KeySecret;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.Expected;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.Sealer;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.MemoryStore;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.MountRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of buckets that workloads mount. */
final class BucketUseTest {
  private static final Actor OWNER = actor("owner", Set.of(Role.ADMIN));

  private final MemoryStore store = new MemoryStore();
  private final FakeEngine engine = new FakeEngine("process");
  private volatile Duration ahead = Duration.ZERO;
  private final InstantSource clock = () -> Instant.now().plus(ahead);
  private final KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[Sealer.KEY_BYTES]);
  private final Secrets secrets = new Secrets(store, ring, clock);
  private final FakeBuckets driver = new FakeBuckets();
  private final BucketMounts buckets =
      new BucketMounts(
          store,
          secrets,
          ring,
          driver,
          clock,
          Duration.ofMinutes(10),
          BucketEndpoints.of("public,127.0.0.1"));
  private final Workloads workloads = workloads();

  @BeforeEach
  void start() {
    ring.open(store, new byte[Sealer.KEY_BYTES], Instant.now());
    workloads.reconciler().start();
    put("r2", Map.of("ID", "id", "KEY", "key"));
  }

  @AfterEach
  void stop() {
    workloads.reconciler().close();
  }

  @Test
  void aBucketIsMountedItsKeysHeldAndNothingIsLeftOfItAfterTheEnd() {
    AttemptId id = running(mount("raw", "/raw"));
    BucketMountId mount = new BucketMountId(id.workload(), 1, 0);
    assertThat(engine.mounts(id))
        .containsExactly(new Mount(Path.of("/buckets", mount.toString()), "/raw", false, true));
    RefusedException refused =
        assertRefused(
            Reason.SECRET_IN_USE, () -> secrets.delete(OWNER, new BundleName("r2"), false));
    assertThat(refused.members()).containsEntry("workload_ids", List.of(id.workload()));
    assertThat(store.audited())
        .filteredOn(row -> row.action().equals("secret.use"))
        .extracting(AuditRow::subject, AuditRow::detail)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("r2", "bucket mount " + mount));
    engine.exit(id, 0);
    await(id, w -> w.state() == WorkloadState.COMPLETED);
    assertThat(driver.mounts).isEmpty();
    assertThat(store.<List<BucketMountId>>read(tx -> tx.bucketMounts().all())).isEmpty();
    secrets.delete(OWNER, new BundleName("r2"), false);
  }

  @Test
  void keysThatAreNotThereAreRefusedByNameAndNothingIsKept() {
    assertRefused(Reason.SECRET_MISSING, () -> submit(mount("absent/ID", "r2/KEY", "/raw")));
    RefusedException two =
        assertRefused(Reason.SECRET_ENTRY_MISSING, () -> submit(mount("r2", "r2/KEY", "/raw")));
    assertThat(two.detail()).contains("2 entries", "r2/KEY");
    RefusedException none =
        assertRefused(
            Reason.SECRET_ENTRY_MISSING, () -> submit(mount("r2/ID", "r2/OTHER", "/raw")));
    assertThat(none.members()).containsEntry("name", "r2");
    put("only", Map.of("ANY", "id"));
    var _ = running(mount("only", "r2/KEY", "/raw"));
  }

  @Test
  void aKeyThatATokenMayNotUseMountsNothing() {
    Actor runner = actor("runner", Set.of(Role.RUNNER));
    assertRefused(
        Reason.FORBIDDEN, () -> workloads.submit(runner, spec(mount("raw", "/raw")), null));
  }

  @Test
  void aMachineThatCannotMountRefusesTheSubmitWithWhatToInstall() {
    driver.objection = "Install rclone.";
    assertThat(assertRefused(Reason.UNSUPPORTED, () -> submit(mount("raw", "/raw"))).detail())
        .isEqualTo("Install rclone.");
    assertThat(workloads.plan(OWNER, spec(mount("raw", "/raw"))).problems())
        .containsExactly("Install rclone.");
  }

  @Test
  void aContainerIsRefusedItsBucketAtTheSubmitWhereNoneCanBeMountedForIt() {
    driver.containerObjection = "Not for containers.";
    WorkloadSpec boxed = boxed(mount("raw", "/raw"));
    RefusedException refused =
        assertRefused(Reason.UNSUPPORTED, () -> workloads.submit(OWNER, boxed, null));
    assertThat(refused.detail()).isEqualTo("Not for containers.");
    var _ = running(mount("raw", "/raw"));
  }

  @Test
  void anEndpointThatIsNotPublicIsForAdmins_andForOthersWhereItIsNamed() {
    Actor runner =
        new Actor("default", "runner", "runner", Set.of(Role.RUNNER), Set.of("r2"), "test");
    WorkloadSpec inside = spec(mountAt("http://169.254.169.254"));
    RefusedException refused =
        assertRefused(Reason.FORBIDDEN, () -> workloads.submit(runner, inside, null));
    assertThat(refused.detail()).contains("http://169.254.169.254", "--bucket-endpoints");
    assertThat(driver.probes).isZero();
    assertThat(workloads.plan(runner, inside).problems()).containsExactly(refused.detail());
    var _ = workloads.submit(runner, spec(mountAt("http://127.0.0.1:9")), null);
    var _ = running(mountAt("http://169.254.169.254"));
  }

  @Test
  void itsKeysAreTriedBeforeAnythingIsFetched() {
    AtomicBoolean fetched = new AtomicBoolean();
    engine.preparation(_ -> fetched.set(true));
    driver.opensWith = "other:pair";
    AttemptId id = submit(mount("raw", "/raw"));
    await(id, w -> w.state() == WorkloadState.FAILED);
    assertThat(fetched).isFalse();
  }

  @Test
  void aResubmissionGetsItsBucketOnceItsPredecessorHasWrittenAll() {
    AttemptId first = running(mount("raw", "/raw"));
    BucketMountId before = new BucketMountId(first.workload(), 1, 0);
    driver.left.put(before, new Unwritten(1, 10));
    AttemptId second = workloads.resubmit(OWNER, first.workload(), null, null).attempt();
    awaitAttempt(first, attempt -> attempt.cause() == Cause.WRITING_BACK);
    assertThat(driver.mounted).isEqualTo(1);
    driver.left.remove(before);
    awaitAttempt(second, attempt -> attempt.state() == WorkloadState.RUNNING);
    assertThat(driver.mounted).isEqualTo(2);
    assertThat(driver.mounts).containsOnlyKeys(new BucketMountId(first.workload(), 2, 0));
  }

  @Test
  void aResubmissionTriesNoBucketWhileItsPredecessorStillWrites() {
    AttemptId first = running(mount("raw", "/raw"));
    BucketMountId before = new BucketMountId(first.workload(), 1, 0);
    driver.left.put(before, new Unwritten(1, 10));
    engine.exit(first, 0);
    awaitAttempt(first, attempt -> attempt.cause() == Cause.WRITING_BACK);
    int probes = driver.probes;
    AttemptId second = workloads.resubmit(OWNER, first.workload(), null, null).attempt();
    awaitAttempt(second, attempt -> String.valueOf(attempt.reason()).contains("its predecessor"));
    driver.left.put(before, new Unwritten(1, 5)); // Looked at once more.
    awaitAttempt(first, attempt -> String.valueOf(attempt.reason()).contains("5 bytes in 1 file"));
    assertThat(driver.probes).isEqualTo(probes);
    driver.left.remove(before);
    awaitAttempt(second, attempt -> attempt.state() == WorkloadState.RUNNING);
    assertThat(driver.probes).isEqualTo(probes + 1);
  }

  private void awaitLeft(AttemptId id, int bytes) {
    driver.left.put(new BucketMountId(id.workload(), 1, 0), new Unwritten(1, bytes));
    String seen = bytes + " bytes in 1 file";
    awaitAttempt(id, attempt -> String.valueOf(attempt.reason()).contains(seen));
  }

  @Test
  void aResubmissionWhosePredecessorWritesForLongIsTriedOnceAtMostUntilThatHasEnded() {
    AttemptId first = running(mount("raw", "/raw"));
    BucketMountId before = new BucketMountId(first.workload(), 1, 0);
    driver.left.put(before, new Unwritten(1, 10));
    int probes = driver.probes;
    AttemptId second = workloads.resubmit(OWNER, first.workload(), null, null).attempt();
    awaitAttempt(first, attempt -> attempt.cause() == Cause.WRITING_BACK);
    ahead = Duration.ofMinutes(9); // Longer than a launch waits, and less than is given up after.
    workloads.reconciler().wake(first.workload());
    awaitLeft(first, 9);
    int tried = driver.probes; // By the second, and perhaps why nothing was written for so long.
    assertThat(tried).isBetween(probes + 1, probes + 2);
    for (int left = 8; left > 3; left--) {
      awaitLeft(first, left);
    }
    assertThat(driver.probes).isEqualTo(tried);
    driver.left.remove(before);
    awaitAttempt(second, attempt -> attempt.state() == WorkloadState.RUNNING);
    assertThat(driver.probes).isEqualTo(tried + 1);
  }

  @Test
  void aBucketThatRefusesItsKeysFailsTheAttemptBeforeAnythingStarts() {
    driver.opensWith = "other:pair";
    AttemptId id = submit(mount("raw", "/raw"));
    await(id, w -> w.state() == WorkloadState.FAILED);
    assertThat(attempt(id).cause()).isEqualTo(Cause.MOUNT_FAILED);
    assertThat(attempt(id).reason()).isEqualTo("The bucket raw refuses the key pair.");
    assertThat(engine.starts()).isEmpty();
    assertThat(store.<List<BucketMountId>>read(tx -> tx.bucketMounts().all())).isEmpty();
  }

  @Test
  void aBucketOfSomebodysThatIsAwayFailsTheAttemptToo() {
    driver.away = true;
    AttemptId id = submit(mount("raw", "/raw"));
    await(id, w -> w.state() == WorkloadState.FAILED);
    assertThat(attempt(id).cause()).isEqualTo(Cause.MOUNT_FAILED);
    assertThat(attempt(id).reason()).isEqualTo("The bucket raw is away.");
  }

  @Test
  void whatWasMountedForAnAttemptThatDidNotStartIsEnded() {
    engine.failNextStart(new RefusedException(Reason.START_FAILED, "no"));
    AttemptId id = submit(mount("raw", "/raw"));
    await(id, w -> w.state() == WorkloadState.FAILED);
    assertThat(driver.mounted).isEqualTo(1);
    buckets.tend();
    assertThat(driver.mounts).isEmpty();
  }

  @Test
  void theEndWaitsUntilAllIsWritten_andSaysHowMuchIsLeft() {
    AttemptId id = running(mount("raw", "/raw"));
    BucketMountId mount = new BucketMountId(id.workload(), 1, 0);
    driver.left.put(mount, new Unwritten(2, 4096));
    engine.exit(id, 0);
    awaitAttempt(id, attempt -> attempt.cause() == Cause.WRITING_BACK);
    assertThat(attempt(id).state()).isEqualTo(WorkloadState.FINALIZING);
    assertThat(attempt(id).reason()).contains("4096 bytes in 2 files", "the bucket raw");
    driver.left.put(mount, new Unwritten(1, 96));
    awaitAttempt(id, attempt -> String.valueOf(attempt.reason()).contains("96 bytes in 1 file "));
    driver.left.remove(mount);
    await(id, w -> w.state() == WorkloadState.COMPLETED);
    assertThat(driver.mounts).isEmpty();
  }

  @Test
  void aMountThatDiedBeforeAllWasWrittenIsMountedAgainToWriteTheRest() {
    AttemptId id = running(mount("raw", "/raw"));
    BucketMountId mount = new BucketMountId(id.workload(), 1, 0);
    driver.left.put(mount, new Unwritten(1, 10));
    driver.mounts.put(mount, Health.DEAD);
    engine.exit(id, 0);
    awaitAttempt(id, attempt -> driver.mounted == 2);
    driver.left.remove(mount);
    await(id, w -> w.state() == WorkloadState.COMPLETED);
  }

  @Test
  void whatAMountThatHangsNotesAtItsEndIsWrittenToo() {
    AttemptId id = running(mount("raw", "/raw"));
    BucketMountId mount = new BucketMountId(id.workload(), 1, 0);
    driver.notedAtEnd.put(mount, new Unwritten(1, 10));
    driver.mounts.put(mount, Health.DEAD);
    engine.exit(id, 0);
    awaitAttempt(id, attempt -> attempt.cause() == Cause.WRITING_BACK);
    awaitAttempt(id, _ -> driver.mounted == 2);
    driver.left.remove(mount);
    await(id, w -> w.state() == WorkloadState.COMPLETED);
  }

  @Test
  void writingThatGetsNoFurtherIsGivenUpInTheEnd_andTheAttemptSaysWhatIsLost() {
    AttemptId id = running(mount("raw", "/raw"));
    BucketMountId mount = new BucketMountId(id.workload(), 1, 0);
    driver.left.put(mount, new Unwritten(1, 10));
    engine.exit(id, 0);
    awaitAttempt(id, attempt -> attempt.cause() == Cause.WRITING_BACK);
    driver.opensWith = "another:pair";
    ahead = Duration.ofSeconds(20);
    awaitAttempt(id, attempt -> String.valueOf(attempt.reason()).endsWith("refuses the key pair."));
    ahead = Duration.ofMinutes(11);
    await(id, w -> w.state() == WorkloadState.FAILED);
    assertThat(attempt(id).cause()).isEqualTo(Cause.MOUNT_FAILED);
    assertThat(attempt(id).reason()).contains("10 bytes in 1 file", "/raw", "the bucket raw");
    assertThat(attempt(id).reason())
        .contains("kept in /aside/" + mount)
        .endsWith("refuses the key pair.");
    buckets.tend();
    assertThat(driver.asides).containsExactly(mount);
    assertThat(driver.mounts).isEmpty();
  }

  @Test
  void whatMayHaveBeenWrittenAndIsKeptIsNotSaidToBeWritten() {
    AttemptId id = running(mount("raw", "/raw"));
    BucketMountId mount = new BucketMountId(id.workload(), 1, 0);
    driver.torn.add(mount);
    engine.exit(id, 0);
    await(id, w -> w.state() == WorkloadState.FAILED);
    assertThat(attempt(id).cause()).isEqualTo(Cause.MOUNT_FAILED);
    assertThat(attempt(id).reason()).contains("/raw", "kept in /aside/" + mount + "-torn");
    assertThat(driver.mounts).isEmpty();
  }

  @Test
  void aDeadMountIsMountedAgainWithANewToken_andALivingOneIsLeftAlone() {
    AttemptId id = running(mount("raw", "/raw"));
    BucketMountId mount = new BucketMountId(id.workload(), 1, 0);
    String before = token(mount);
    buckets.tend();
    assertThat(driver.mounted).isEqualTo(1);
    driver.mounts.put(mount, Health.DEAD);
    buckets.tend();
    assertThat(driver.mounted).isEqualTo(2);
    assertThat(driver.mounts).containsEntry(mount, Health.MOUNTED);
    assertThat(present(mount, before)).isEqualTo("none");
    assertThat(present(mount, token(mount))).isEqualTo("id:key");
  }

  @Test
  void aDeadMountWhoseFilesCannotBeCountedIsMountedAgainAtOnce() {
    AttemptId id = running(mount("raw", "/raw"));
    BucketMountId mount = new BucketMountId(id.workload(), 1, 0);
    driver.unreadable.add(mount);
    buckets.tend();
    driver.mounts.put(mount, Health.DEAD);
    buckets.tend();
    assertThat(driver.mounts).containsEntry(mount, Health.MOUNTED);
  }

  @Test
  void aMountThatKeepsWhoeverLooksAtItWaitingKeepsNoOtherWaiting() {
    AttemptId id = running(mount("raw", "/raw"), mount("other", "/other"));
    BucketMountId stuck = new BucketMountId(id.workload(), 1, 0);
    BucketMountId dead = new BucketMountId(id.workload(), 1, 1);
    CountDownLatch hangs = new CountDownLatch(1);
    driver.hanging.put(stuck, hangs);
    for (int i = 0; i < 2; i++) {
      driver.mounts.put(dead, Health.DEAD);
      buckets.tend();
      assertThat(driver.mounts).containsEntry(dead, Health.MOUNTED);
    }
    driver.hanging.clear();
    hangs.countDown();
  }

  @Test
  void aJobThatFillsTheMachineIsEnded_andWhatItWroteIsStillUploaded() {
    AttemptId id = running(mount("raw", "/raw"));
    BucketMountId mount = new BucketMountId(id.workload(), 1, 0);
    assertThat(buckets.tend()).isEmpty();
    driver.tooFull.add(mount);
    driver.left.put(mount, new Unwritten(1, 10));
    buckets.tend().forEach(workloads.reconciler()::wake);
    awaitAttempt(id, attempt -> attempt.cause() == Cause.WRITING_BACK);
    driver.left.remove(mount);
    await(id, w -> w.state() == WorkloadState.ERRORED);
    assertThat(attempt(id).cause()).isEqualTo(Cause.BUCKET_FULL);
    assertThat(attempt(id).reason()).contains("--bucket-unwritten-mb");
    assertThat(engine.lastGrace()).isEqualTo(Duration.ofSeconds(1));
    driver.roomObjection = "No room.";
    AttemptId next = submit(mount("raw", "/raw"));
    await(next, w -> w.state() == WorkloadState.FAILED);
    assertThat(attempt(next).reason()).isEqualTo("No room.");
  }

  @Test
  void nobodyElsesTokenGetsKeys() {
    AttemptId id = running(mount("raw", "/raw"), mount("other", "/other"));
    BucketMountId one = new BucketMountId(id.workload(), 1, 0);
    BucketMountId other = new BucketMountId(id.workload(), 1, 1);
    assertThat(present(one, token(one))).isEqualTo("id:key");
    assertThat(present(one, token(other))).isEqualTo("none");
    assertThat(present(one, "")).isEqualTo("none");
    String token = token(one);
    engine.exit(id, 0);
    await(id, w -> w.state() == WorkloadState.COMPLETED);
    assertThat(present(one, token)).isEqualTo("none");
  }

  @Test
  void aRotatedPairReachesTheMount_andAHalfRotatedOneDoesNot() {
    put("other", Map.of("KEY", "key"));
    AttemptId id = running(mount("r2/ID", "other", "/raw"));
    BucketMountId mount = new BucketMountId(id.workload(), 1, 0);
    put("r2", Map.of("ID", "id2", "KEY", "unused"));
    assertThat(present(mount, token(mount))).isEqualTo("id:key");
    int probes = driver.probes;
    assertThat(present(mount, token(mount))).isEqualTo("id:key");
    assertThat(driver.probes).as("a refused pair is not tried at each request").isEqualTo(probes);
    driver.opensWith = "id2:key2";
    put("other", Map.of("KEY", "key2"));
    assertThat(present(mount, token(mount))).isEqualTo("id2:key2");
    probes = driver.probes;
    assertThat(present(mount, token(mount))).isEqualTo("id2:key2");
    assertThat(driver.probes).as("what is known is not tried again").isEqualTo(probes);
    secrets.delete(OWNER, new BundleName("r2"), true);
    assertThat(present(mount, token(mount))).isEqualTo("id2:key2");
  }

  @Test
  void aRefusedPairIsTriedAgainLater() {
    AttemptId id = running(mount("raw", "/raw"));
    BucketMountId mount = new BucketMountId(id.workload(), 1, 0);
    put("r2", Map.of("ID", "id2", "KEY", "key2"));
    assertThat(present(mount, token(mount))).isEqualTo("id:key");
    driver.opensWith = "id2:key2"; // The service takes a while to know a new key.
    ahead = Duration.ofSeconds(11);
    assertThat(present(mount, token(mount))).isEqualTo("id2:key2");
  }

  private String token(BucketMountId id) {
    return String.valueOf(driver.tokens.get(id));
  }

  private String present(BucketMountId id, String token) {
    return buckets.keys(id, token).map(FakeBuckets::text).orElse("none");
  }

  private void put(String name, Map<String, String> values) {
    List<Entry> entries = new ArrayList<>();
    values.forEach(
        (key, value) ->
            entries.add(new Entry(new Place.Env(key), SecretValue.ofText("value", value))));
    var _ = secrets.put(OWNER, new BundleName(name), entries, new Expected.Anything());
  }

  private static BucketMount mount(String bucket, String path) {
    return new BucketMount(
        new Bucket(bucket, "http://127.0.0.1:9", "auto", "", true),
        KeySecret.parse("r2/ID"),
        KeySecret.parse("r2/KEY"),
        path,
        false);
  }

  private static BucketMount mountAt(String endpoint) {
    return new BucketMount(
        new Bucket("raw", endpoint, "auto", "", true),
        KeySecret.parse("r2/ID"),
        KeySecret.parse("r2/KEY"),
        "/raw",
        false);
  }

  private static BucketMount mount(String accessKey, String secretKey, String path) {
    return new BucketMount(
        new Bucket("raw", "http://127.0.0.1:9", "auto", "", true),
        KeySecret.parse(accessKey),
        KeySecret.parse(secretKey),
        path,
        false);
  }

  private AttemptId submit(MountRequest... mounts) {
    return workloads.submit(OWNER, spec(mounts), null).attempt();
  }

  private AttemptId running(MountRequest... mounts) {
    AttemptId id = submit(mounts);
    await(id, w -> w.state() == WorkloadState.RUNNING);
    return id;
  }

  private Attempt attempt(AttemptId id) {
    return store.read(tx -> tx.workloads().attempt(id).orElseThrow());
  }

  private void awaitAttempt(AttemptId id, Predicate<Attempt> isSo) {
    await(id, _ -> isSo.test(attempt(id)));
  }

  private void await(AttemptId id, Predicate<Workload> isSo) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Workload now = store.read(tx -> tx.workloads().find(id.workload()).orElseThrow());
    while (!isSo.test(now)) {
      assertThat(System.nanoTime()).as("%s %s", now, attempt(id)).isLessThan(deadline);
      Thread.onSpinWait();
      now = store.read(tx -> tx.workloads().find(id.workload()).orElseThrow());
    }
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

  private static Actor actor(String name, Set<Role> roles) {
    return new Actor("default", name, name, roles, Set.of(), "test");
  }

  private Workloads workloads() {
    Changes changes = new Changes();
    return new Workloads(
        store,
        secrets,
        ring,
        new Engines(List.of(engine)),
        new Logs(new MemoryLogs(), changes, 1 << 20),
        changes,
        clock,
        new Workloads.Settings(2, Duration.ofSeconds(5), Duration.ofMillis(10)),
        null,
        null,
        null,
        buckets);
  }

  private static WorkloadSpec boxed(MountRequest mount) {
    return new WorkloadSpec(
            null,
            List.of("true"),
            null,
            Map.of(),
            List.of(),
            "process",
            null,
            0,
            false,
            Map.of(),
            null,
            ContainerSpec.of("image"))
        .withMounts(List.of(mount));
  }

  private static WorkloadSpec spec(MountRequest... mounts) {
    return new WorkloadSpec(
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
        .withMounts(List.of(mounts));
  }
}
