package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.audit.AuditRow;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Which host a workload goes to, how hosts stand, and what a lost one gives back. */
final class HostsTest {
  private static final Actor OWNER =
      new Actor("default", "owner", "owner", Set.of(Role.ADMIN), Set.of(), "test");
  private static final String ONE = "tcp://one.example:2376";
  private static final String TWO = "tcp://two.example:2376";

  /** As many as there are places. */
  private static final int AT_ONCE = 10;

  private final MemoryStore store = new MemoryStore();
  private final FakeEngine own = new FakeEngine("docker");
  private final FakeHosts engines = new FakeHosts("docker");
  private final InstantSource clock = Instant::now;
  private final KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[Sealer.KEY_BYTES]);
  private final Credentials credentials = new Credentials(store, ring, clock);
  private final Workloads workloads = workloads();

  @BeforeEach
  void start() {
    ring.open(store, new byte[Sealer.KEY_BYTES], Instant.now());
    workloads.reconciler().start();
    put("one", CredentialKind.DOCKER, Map.of("host", ONE, "vm_type", "g6e", "gpu", "h100:8"));
    put("two", CredentialKind.DOCKER, Map.of("host", TWO, "vm_type", "g6e", "spot", "true"));
    put("both", CredentialKind.CLOUD, Map.of("runs_on", "one, two"));
  }

  @AfterEach
  void stop() {
    workloads.reconciler().close();
  }

  @Test
  void theLabelsOfACredentialAreAddedToThoseOfItsEngine_andWinOverThem() {
    at(ONE).labels(Map.of("vm_type", "t3", "geolocation", "eu"));
    assertThat(host(id(ONE)).labels())
        .isEqualTo(Map.of("vm_type", "g6e", "gpu", "h100:8", "geolocation", "eu"));
    AttemptId id = running(spec("one", Map.of("vm_type", "g6e", "zone", "b"), null, 0, false));
    assertThat(workloads.detail(OWNER, id.workload()).unchecked()).isEqualTo(Map.of("zone", "b"));
    for (Map.Entry<String, String> wrong :
        Map.of("vm_type", "t3", "geolocation", "us").entrySet()) {
      RefusedException refused =
          refused(() -> submit(spec("one", Map.ofEntries(wrong), null, 0, false)));
      assertThat(refused.members()).containsEntry("want", wrong.getValue());
      assertThat(refused.members()).containsEntry("field", wrong.getKey());
    }
  }

  @Test
  void devicesFitByKindAndNumber() {
    for (String fits : List.of("h100:8", "h100:1", "h100", "4", "all")) {
      AttemptId id = running(spec("one", Map.of(), fits, 0, false));
      at(ONE).exit(id, 0);
    }
    for (String unfit : List.of("h100:9", "a100:1", "9")) {
      RefusedException refused = refused(() -> submit(spec("one", Map.of(), unfit, 0, false)));
      assertThat(refused.members())
          .isEqualTo(Map.of("field", "gpu", "want", unfit, "have", "h100:8"));
    }
  }

  @Test
  void whatAHostDoesNotSayOfItsDevicesIsForItsEngineToDecide() {
    Map<String, String> fitting =
        Map.of("true", "h100:2", "all", "2", "2", "h100:2", "h100", "h100:9");
    fitting.forEach(
        (have, want) -> {
          put("one", CredentialKind.DOCKER, Map.of("host", ONE, "gpu", have));
          AttemptId id = running(spec("one", Map.of(), want, 0, false));
          at(ONE).exit(id, 0);
        });
    Map<String, String> unfit = Map.of("2", "h100:3", "h100", "a100", "false", "all", "0", "1");
    unfit.forEach(
        (have, want) -> {
          put("one", CredentialKind.DOCKER, Map.of("host", ONE, "gpu", have));
          assertThat(refused(() -> submit(spec("one", Map.of(), want, 0, false))).members())
              .containsEntry("have", have);
        });
  }

  @Test
  void ofSeveralHostsTheFirstIsTakenThatFitsAndIsLeastBusy_andAllAreHeld() {
    AttemptId first = running(spec("both", Map.of(), null, 0, false));
    AttemptId second = running(spec("both", Map.of(), null, 0, false));
    AttemptId third = running(spec("both", Map.of(), null, 0, false));
    AttemptId onSpot = running(spec("both", Map.of(), null, 0, true));
    assertThat(at(ONE).starts()).containsExactly(first, third);
    assertThat(at(TWO).starts()).containsExactly(second, onSpot);
    for (String name : List.of("one", "two", "both")) {
      assertThat(holders(name)).contains(first.workload(), second.workload());
    }
  }

  @Test
  void aHostThatIsAwayIsNotTakenWhereAnotherFits() {
    at(ONE).outage("it is off");
    AttemptId id = running(spec("both", Map.of(), null, 0, false));
    assertThat(at(TWO).starts()).containsExactly(id);
  }

  @Test
  void hostsAreListedWithWhatRunsThere() {
    AttemptId id = running(spec("one", Map.of(), null, 0, false));
    at(TWO).outage("it is off");
    List<HostStatus> all = workloads.hosts().list(OWNER);
    assertThat(all)
        .extracting(HostStatus::id)
        .containsExactly("docker", new EngineAddress(ONE).mark(), new EngineAddress(TWO).mark());
    HostStatus one = all.get(1);
    assertThat(one.attempts()).containsExactly(id);
    assertThat(one.machine()).isEqualTo("fake at " + ONE);
    assertThat(one.credentials()).containsExactly(new CredentialName("one"));
    assertThat(one.sight().state()).isEqualTo(EngineSight.State.REACHABLE);
    assertThat(all.get(2).sight().state()).isEqualTo(EngineSight.State.UNREACHABLE);
    assertThat(all.get(2).sight().reason()).isEqualTo("it is off");
  }

  @RepeatedTest(3)
  void whatIsSubmittedAtOnceIsSharedEvenly_whateverBecomesOfOthers() throws Exception {
    for (int i = 0; i < 2; i++) {
      at(ONE).failNextStart(new RefusedException(Reason.START_FAILED, "no"));
      AttemptId refused = submit(spec("one", Map.of(), null, 0, false));
      await(refused, it -> it.state() == WorkloadState.FAILED);
    }
    CountDownLatch together = new CountDownLatch(AT_ONCE);
    for (String address : List.of(ONE, TWO)) {
      at(address).preparation(progress -> awaitAll(together));
    }
    List<AttemptId> all = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      all.add(submit(spec("both", Map.of(), null, 0, false)));
    }
    all.forEach(id -> await(id, it -> it.state() == WorkloadState.RUNNING));
    assertThat(at(ONE).starts()).hasSize(2 + AT_ONCE / 2);
    assertThat(at(TWO).starts()).hasSize(AT_ONCE / 2);
  }

  private static void awaitAll(CountDownLatch together) {
    together.countDown();
    try {
      assertThat(together.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aHostThatAnswersIsNotLost_andOneThatIsNotThereIsNotFound() {
    AttemptId id = running(spec("one", Map.of(), null, 0, false));
    assertThat(refused(() -> lose(id(ONE))).reason()).isEqualTo(Reason.HOST_REACHABLE);
    assertThat(refused(() -> lose("nowhere")).reason()).isEqualTo(Reason.HOST_NOT_FOUND);
    assertThat(attempt(id).cause()).isNull();
    assertThat(store.audited())
        .filteredOn(row -> row.action().equals("host.lose"))
        .extracting(AuditRow::outcome)
        .containsExactly("HOST_REACHABLE", "HOST_NOT_FOUND");
  }

  @Test
  void aLostHostFreesWhatItHeld_althoughItNeverAnswersAgain() {
    AttemptId id = running(spec("one", Map.of(), null, 0, false));
    CompletableFuture<Boolean> abandoned = new CompletableFuture<>();
    at(ONE).sink(id).whenAbandoned(() -> abandoned.complete(true));
    at(ONE).outage("it burned");
    lose(id(ONE));
    Workload ended = await(id, it -> it.state().isTerminal());
    assertThat(ended.state()).isEqualTo(WorkloadState.FAILED);
    assertThat(attempt(id).cause()).isEqualTo(Cause.LOST);
    assertThat(attempt(id).reason()).contains("operator");
    assertThat(holders("one")).isEmpty();
    assertThat(host(id(ONE)).attempts()).isEmpty();
    assertThat(abandoned).succeedsWithin(Duration.ofSeconds(10));
    assertThat(store.audited())
        .filteredOn(row -> row.action().equals("host.lose"))
        .extracting(AuditRow::outcome, AuditRow::subject)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("ok", id(ONE)));
  }

  @Test
  void whatMayBeTriedAgainStartsOnAnotherHost() {
    AttemptId retried = running(spec("both", Map.of(), null, 1, false));
    assertThat(at(ONE).starts()).containsExactly(retried);
    at(ONE).outage("it burned");
    lose(id(ONE));
    await(retried, it -> it.state() == WorkloadState.RUNNING && it.current() == 2);
    assertThat(at(TWO).starts()).containsExactly(new AttemptId(retried.workload(), 2));
  }

  @Test
  void whatRanOnAMachineThatIsAnotherByNowIsAHostOfItsOwn_andCanBeLost() {
    AttemptId id = running(spec("one", Map.of(), null, 0, false));
    at(ONE).identity(new EngineIdentity("new", "1"));
    HostStatus left =
        workloads.hosts().list(OWNER).stream()
            .filter(it -> it.attempts().contains(id))
            .findFirst()
            .orElseThrow();
    assertThat(left.machine()).isEqualTo("fake at " + ONE);
    assertThat(left.id()).isNotEqualTo(id(ONE));
    lose(left.id());
    await(id, it -> it.state() == WorkloadState.FAILED);
  }

  @Test
  void aHostIsLookedAtAgainBeforeItIsLost() {
    AttemptId id = running(spec("one", Map.of(), null, 0, false));
    at(ONE).outage("it is off");
    at(ONE).whenSeen(() -> at(ONE).outage(null));
    assertThat(refused(() -> lose(id(ONE))).reason()).isEqualTo(Reason.HOST_REACHABLE);
    assertThat(attempt(id).cause()).isNotEqualTo(Cause.LOST);
  }

  @Test
  void whatIsStillThereOfALostHostThatComesBackIsRemovedAtOnce() {
    AttemptId id = running(spec("one", Map.of(), null, 0, false));
    AtomicInteger looks = new AtomicInteger();
    at(ONE).outage("it is off");
    at(ONE)
        .whenSeen(
            () -> {
              if (looks.incrementAndGet() == 2) { // When it is lost, before that is acted on.
                at(ONE).outage(null);
              }
            });
    lose(id(ONE));
    await(id, it -> it.state() == WorkloadState.FAILED && at(ONE).known().isEmpty());
    assertThat(attempt(id).cause()).isEqualTo(Cause.LOST);
  }

  @Test
  void theServersOwnMachineIsNotLost_unlessAnotherAnswersInItsPlace() {
    AttemptId id = running(spec(null, Map.of(), null, 0, false));
    own.outage("it is off");
    RefusedException refused = refused(() -> lose("docker"));
    assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED);
    assertThat(refused.detail()).contains("server's own machine").contains("systemctl");
    assertThat(attempt(id).cause()).isNotEqualTo(Cause.LOST);
    own.outage(null);
    own.identity(new EngineIdentity("new", "1"));
    AttemptId later = running(spec(null, Map.of(), null, 0, false));
    String left = hostOf(id);
    own.outage("it is off again"); // So that nobody knows which of the two it is.
    assertThat(hostOf(id)).isEqualTo("docker");
    assertThat(refused(() -> lose(hostOf(id))).reason()).isEqualTo(Reason.UNSUPPORTED);
    assertThat(refused(() -> lose(hostOf(later))).reason()).isEqualTo(Reason.UNSUPPORTED);
    own.outage(null);
    lose(left);
    await(id, it -> it.state() == WorkloadState.FAILED);
    assertThat(attempt(later).cause()).isNotEqualTo(Cause.LOST);
  }

  private String hostOf(AttemptId id) {
    return workloads.hosts().list(OWNER).stream()
        .filter(it -> it.attempts().contains(id))
        .findFirst()
        .orElseThrow()
        .id();
  }

  private FakeEngine at(String address) {
    return engines.at(new EngineAddress(address));
  }

  private static String id(String address) {
    return new EngineAddress(address).mark();
  }

  private HostStatus host(String id) {
    return workloads.hosts().list(OWNER).stream()
        .filter(it -> it.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private void lose(String id) {
    var _ = workloads.hosts().lose(OWNER, id);
  }

  private void put(String name, CredentialKind kind, Map<String, String> fields) {
    Map<String, SecretValue> values = new LinkedHashMap<>();
    fields.forEach((field, text) -> values.put(field, SecretValue.ofText(field, text)));
    var _ = credentials.put(OWNER, new CredentialName(name), kind, values);
  }

  private List<String> holders(String name) {
    return store.read(tx -> tx.holds().holders("default", new CredentialName(name), 10));
  }

  private AttemptId submit(WorkloadSpec spec) {
    return workloads.submit(OWNER, spec, null).attempt();
  }

  private AttemptId running(WorkloadSpec spec) {
    AttemptId id = submit(spec);
    await(id, it -> it.state() == WorkloadState.RUNNING);
    return id;
  }

  private Attempt attempt(AttemptId id) {
    return store.read(tx -> tx.workloads().attempt(id).orElseThrow());
  }

  private Workload await(AttemptId id, Predicate<Workload> isSo) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      Workload now = store.read(tx -> tx.workloads().find(id.workload()).orElseThrow());
      if (isSo.test(now)) {
        return now;
      }
      assertThat(System.nanoTime()).as("%s", now).isLessThan(deadline);
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
        new Engines(List.of(own), engines),
        new Logs(new MemoryLogs(), changes, 1 << 20),
        changes,
        clock,
        new Workloads.Settings(AT_ONCE, Duration.ofSeconds(1), Duration.ofMillis(10)));
  }

  private static WorkloadSpec spec(
      @Nullable String credential,
      Map<String, String> labels,
      @Nullable String gpu,
      int retries,
      boolean spot) {
    return new WorkloadSpec(
        null,
        List.of(),
        null,
        Map.of(),
        List.of(),
        "docker",
        null,
        retries,
        spot,
        labels,
        credential == null ? null : new CredentialName(credential),
        new ContainerSpec("ghcr.io/me/train:latest", null, null, null, gpu, List.of()));
  }
}
