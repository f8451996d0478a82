package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeySecret;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.Credentials;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Sealer;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.MemoryStore;
import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.FakeVolumes;
import dev.satchel.core.volume.MountRequest;
import dev.satchel.core.volume.PlacedVolumes;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeData;
import dev.satchel.core.volume.VolumeDriver;
import dev.satchel.core.volume.VolumeMount;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.VolumeRequest;
import dev.satchel.core.volume.VolumeStatus;
import dev.satchel.core.volume.Volumes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Volumes of workloads that run on other machines than the server's. */
final class HostVolumeTest {
  private static final Actor OWNER =
      new Actor("default", "owner", "owner", Set.of(Role.ADMIN), Set.of(), "test");
  private static final String ONE = "tcp://one.example:2376";
  private static final String TWO = "tcp://two.example:2376";
  private static final String NEVER = "tcp://never.example:2376";
  private static final String HERE = "unix:///run/here.sock";
  private static final VolumeRequest LOCAL =
      new VolumeRequest(Backend.VAST_LOCAL, 5, "/scratch", List.of());
  private static final VolumeRequest BUCKET =
      new VolumeRequest(Backend.CLOUD_BUCKET, null, "/models", List.of());

  private final MemoryStore store = new MemoryStore();
  private final FakeEngine own = new FakeEngine("docker");
  private final FakeEngine process = new FakeEngine("process");
  private final FakeHosts hosts = new FakeHosts("docker");
  private final Engines engines = new Engines(List.of(process, own), hosts);
  private final InstantSource clock = Instant::now;
  private final KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[Sealer.KEY_BYTES]);
  private final Credentials credentials = new Credentials(store, ring, clock);
  private final FakeVolumes disk = new FakeVolumes("m1");
  private final VolumeDriver driver =
      new PlacedVolumes(disk, null, new EngineVolumes(store, engines));
  private final Volumes volumes = new Volumes(store, driver, clock);
  private final Workloads workloads = workloads();

  @BeforeEach
  void start() {
    ring.open(store, new byte[Sealer.KEY_BYTES], Instant.now());
    workloads.reconciler().start();
    docker("one", ONE);
    docker("two", TWO);
    docker("here", HERE);
    pool("both", "one, two");
  }

  @AfterEach
  void stop() {
    workloads.reconciler().close();
  }

  @Test
  void aLocalVolumeIsBoundToTheHostOfItsFirstPlacement_andItsEngineKeepsIt() {
    Volume scratch = create("scratch", LOCAL);
    AttemptId id = running("two", mount("scratch", true, ""));
    assertThat(at(TWO).hostMounts(id))
        .containsExactly(new HostMount("default", scratch.id(), "/scratch", true));
    assertThat(at(TWO).mounts(id)).isEmpty();
    assertThat(disk.there).isEmpty();
    assertThat(volume("scratch").machineId()).isEqualTo("fake at " + TWO);
    assertThat(standing("scratch").status()).isEqualTo(VolumeStatus.IN_USE);
    at(TWO).exit(id, 0);
    awaitEnd(id);
    assertThat(standing("scratch").status()).isEqualTo(VolumeStatus.BOUND);
    assertThat(standing("scratch").reason()).contains(TWO, "size is not enforced");
    at(TWO).rememberIdentity();
    at(TWO).outage("it is off");
    assertThat(standing("scratch").status()).isEqualTo(VolumeStatus.UNREACHABLE);
    assertThat(standing("scratch").reason()).contains(TWO, "does not answer");
  }

  @Test
  void whatIsBoundIsPlacedOnItsHostAlone_whateverElseIsFreeOrFirst() {
    create("scratch", LOCAL);
    AttemptId first = running("two", mount("scratch", false, ""));
    at(TWO).exit(first, 0);
    awaitEnd(first);
    AttemptId busy = running("two");
    AttemptId second = running("both", mount("scratch", false, ""));
    assertThat(at(TWO).starts()).containsExactly(first, busy, second);
    assertThat(at(ONE).starts()).isEmpty();
    RefusedException refused = refused(() -> submit("one", mount("scratch", false, "")));
    assertThat(refused.reason()).isEqualTo(Reason.VOLUME_UNREACHABLE);
    assertThat(refused.members())
        .containsEntry("name", "scratch")
        .containsEntry("have", "fake at " + TWO)
        .containsEntry("want", "fake at " + ONE);
    assertThat(refused.detail()).contains("the host " + TWO, "the host " + ONE);
  }

  @Test
  void theServersMachineIsAMachineLikeTheOthers() {
    create("far", LOCAL);
    AttemptId far = running("one", mount("far", false, ""));
    for (String credential : new String[] {null, "here"}) {
      RefusedException refused = refused(() -> submit(credential, mount("far", false, "")));
      assertThat(refused.reason()).isEqualTo(Reason.VOLUME_UNREACHABLE);
      assertThat(refused.members()).containsEntry("want", "m1");
    }
    at(ONE).exit(far, 0);
    create("near", LOCAL);
    AttemptId near = running("here", mount("near", false, ""));
    assertThat(at(HERE).mounts(near)).hasSize(1);
    assertThat(volume("near").machineId()).isEqualTo("m1");
    at(HERE).exit(near, 0);
    awaitEnd(near);
    RefusedException refused = refused(() -> submit("one", mount("near", false, "")));
    assertThat(refused.reason()).isEqualTo(Reason.VOLUME_UNREACHABLE);
    assertThat(refused.members())
        .containsEntry("have", "m1")
        .containsEntry("want", "fake at " + ONE);
    docker("never", NEVER);
    pool("any", "never,one,here");
    at(NEVER).outage("nobody knows which it is");
    RefusedException never = refused(() -> submit("never", mount("near", false, "")));
    assertThat(never.reason()).isEqualTo(Reason.VOLUME_UNREACHABLE);
    AttemptId again = running("any", mount("near", false, ""));
    assertThat(at(HERE).starts()).containsExactly(near, again);
  }

  @Test
  void itsFilesAreNotReachedFromHere_andTheRefusalSaysWhereTheyAre() {
    create("scratch", LOCAL);
    AttemptId _ = running("one", mount("scratch", false, ""));
    RefusedException refused =
        refused(() -> volumes.list(OWNER, new VolumeName("scratch"), "", "", 10));
    assertThat(refused.reason()).isEqualTo(Reason.VOLUME_UNREACHABLE);
    assertThat(refused.detail()).contains("the host " + ONE);
  }

  @Test
  void aVolumeOfWhichAPartIsWantedIsRefusedThere() {
    create("scratch", LOCAL);
    RefusedException refused = refused(() -> submit("one", mount("scratch", false, "part")));
    assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED);
    assertThat(refused.detail()).contains(ONE, "\"scratch\"", "part");
    assertThat(volume("scratch").machineId()).isNull();
  }

  @Test
  void bucketsAndWhatLiesInThemAreRefusedThereByASentenceOfTheirOwn() {
    create("models", BUCKET);
    RefusedException volume = refused(() -> submit("one", mount("models", false, "")));
    assertThat(volume.reason()).isEqualTo(Reason.UNSUPPORTED);
    assertThat(volume.detail()).contains(ONE, "\"models\"", "rclone", "vast_local");
    BucketMount bucket =
        new BucketMount(
            new Bucket("raw", "https://s3.test", "auto", "", true),
            KeySecret.parse("r2/ID"),
            KeySecret.parse("r2/KEY"),
            "/raw",
            true);
    RefusedException refused = refused(() -> submit("one", bucket));
    assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED);
    assertThat(refused.detail()).contains(ONE, "the bucket at /raw", "its own machine", "rclone");
    assertThat(workloads.plan(OWNER, spec("one", mount("models", false, ""))).problems())
        .containsExactly(volume.detail());
    pool("any", "one,here");
    AttemptId id = running("any", mount("models", false, ""));
    assertThat(at(HERE).starts()).containsExactly(id);
  }

  @Test
  void ofSeveralHostsOneIsTakenThatLiesWhereTheVolumeMay() {
    at(ONE).labels(Map.of("geolocation", "us"));
    docker("two", Map.of("host", TWO, "geolocation", "eu"));
    create("eu", new VolumeRequest(Backend.VAST_LOCAL, 1, "/eu", List.of("eu")));
    AttemptId id = running("both", mount("eu", false, ""));
    assertThat(at(TWO).starts()).containsExactly(id);
    create("asia", new VolumeRequest(Backend.VAST_LOCAL, 1, "/asia", List.of("asia")));
    RefusedException refused = refused(() -> submit("both", mount("asia", false, "")));
    assertThat(refused.members())
        .containsEntry("field", "geolocation")
        .containsEntry("want", "asia")
        .containsEntry("have", "us");
  }

  @Test
  void aDeletedVolumeIsRemovedFromItsHost_onceThatIsThere() {
    Volume scratch = create("scratch", LOCAL);
    AttemptId id = running("one", mount("scratch", false, ""));
    at(ONE).exit(id, 0);
    awaitEnd(id);
    at(ONE).outage("it is off");
    volumes.delete(OWNER, new VolumeName("scratch"), false);
    volumes.sweep().sweep();
    assertThat(at(ONE).volumes).containsExactly(scratch.id());
    assertThat(standing("scratch").status()).isEqualTo(VolumeStatus.DELETING);
    at(ONE).outage(null);
    until(() -> sweptAway(scratch.id()));
    assertThat(at(ONE).volumes).isEmpty();
  }

  @Test
  void whatWasDeletedOnAHostThatIsLostIsForgotten() {
    Volume scratch = create("scratch", LOCAL);
    AttemptId _ = running("one", mount("scratch", false, ""));
    volumes.delete(OWNER, new VolumeName("scratch"), true);
    at(ONE).outage("it burned");
    at(ONE).rememberIdentity();
    assertThat(sweptAway(scratch.id())).isFalse();
    var _ = workloads.hosts().lose(OWNER, new EngineAddress(ONE).mark());
    assertThat(remembered()).isEmpty();
  }

  private boolean sweptAway(String volumeId) {
    volumes.sweep().sweep();
    return remembered().stream().noneMatch(it -> it.id().equals(volumeId));
  }

  private List<VolumeData> remembered() {
    return store.read(tx -> tx.volumes().remembered("", 10));
  }

  private void docker(String name, String host) {
    docker(name, Map.of("host", host));
  }

  private void docker(String name, Map<String, String> fields) {
    put(name, CredentialKind.DOCKER, fields);
  }

  private void pool(String name, String hosts) {
    put(name, CredentialKind.CLOUD, Map.of("runs_on", hosts));
  }

  private void put(String name, CredentialKind kind, Map<String, String> fields) {
    Map<String, SecretValue> values = new LinkedHashMap<>();
    fields.forEach((field, text) -> values.put(field, SecretValue.ofText(field, text)));
    var _ = credentials.put(OWNER, new CredentialName(name), kind, values);
  }

  private FakeEngine at(String address) {
    return hosts.at(new EngineAddress(address));
  }

  private Volume create(String name, VolumeRequest asked) {
    return volumes.create(OWNER, new VolumeName(name), asked, false).detail().volume();
  }

  private Volume volume(String name) {
    return volumes.detail(OWNER, new VolumeName(name)).volume();
  }

  private VolumeStatus.Reasoned standing(String name) {
    return volumes.detail(OWNER, new VolumeName(name)).status();
  }

  private static VolumeMount mount(String volume, boolean readOnly, String subdirectory) {
    return new VolumeMount(new VolumeName(volume), null, readOnly, subdirectory, null);
  }

  private AttemptId submit(@Nullable String credential, MountRequest... mounts) {
    return workloads.submit(OWNER, spec(credential, mounts), null).attempt();
  }

  private AttemptId running(@Nullable String credential, MountRequest... mounts) {
    AttemptId id = submit(credential, mounts);
    until(() -> state(id) == WorkloadState.RUNNING);
    return id;
  }

  private void awaitEnd(AttemptId id) {
    until(() -> state(id).isTerminal());
  }

  private WorkloadState state(AttemptId id) {
    return store.read(tx -> tx.workloads().find(id.workload()).orElseThrow()).state();
  }

  private static void until(BooleanSupplier isSo) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!isSo.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static RefusedException refused(Runnable act) {
    RefusedException[] refused = new RefusedException[1];
    assertThatThrownBy(act::run)
        .isInstanceOfSatisfying(RefusedException.class, it -> refused[0] = it);
    return refused[0];
  }

  private Workloads workloads() {
    Changes changes = new Changes();
    return new Workloads(
        store,
        new Secrets(store, ring, clock),
        ring,
        engines,
        new Logs(new MemoryLogs(), changes, 1 << 20),
        changes,
        clock,
        new Workloads.Settings(4, Duration.ofSeconds(1), Duration.ofMillis(10)),
        null,
        driver);
  }

  private static WorkloadSpec spec(@Nullable String credential, MountRequest... mounts) {
    return new WorkloadSpec(
            null,
            List.of(),
            null,
            Map.of(),
            List.of(),
            "docker",
            null,
            0,
            false,
            Map.of(),
            credential == null ? null : new CredentialName(credential),
            ContainerSpec.of("ghcr.io/me/train:latest"))
        .withMounts(List.of(mounts));
  }
}
