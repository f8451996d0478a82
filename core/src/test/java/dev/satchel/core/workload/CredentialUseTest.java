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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of credentials that workloads run on, and of logins that images are pulled with. */
final class CredentialUseTest {
  private static final Actor OWNER = actor("owner", Set.of(Role.ADMIN));
  private static final String GPU = "unix:///run/gpu.sock";

  private final MemoryStore store = new MemoryStore();
  private final FakeEngine own = new FakeEngine("docker");
  private final FakeHosts hosts = new FakeHosts("docker");
  private final InstantSource clock = Instant::now;
  private final KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[Sealer.KEY_BYTES]);
  private final Credentials credentials = new Credentials(store, ring, clock);
  private Workloads workloads = workloads();

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
  void anAccountRunsOnTheServersOwnEngineWhereItNamesNone() {
    put("my-aws", CredentialKind.CLOUD, Map.of("access_key", "s3cret"));
    AttemptId id = running(spec("my-aws", 0));
    assertThat(own.starts()).containsExactly(id);
    assertThat(holders("my-aws")).containsExactly(id.workload());
    assertRefused(Reason.CREDENTIAL_IN_USE, "my-aws", () -> delete("my-aws", false));
    own.exit(id, 0);
    await(id, w -> w.state() == WorkloadState.COMPLETED);
    assertThat(holders("my-aws")).isEmpty();
    delete("my-aws", false);
  }

  @Test
  void anAccountRunsOnTheEngineOfTheCredentialThatItNames_andBothAreHeld() {
    put("gpu", CredentialKind.DOCKER, Map.of("host", GPU));
    put("my-aws", CredentialKind.CLOUD, Map.of("runs_on", "gpu"));
    AttemptId id = running(spec("my-aws", 0));
    assertThat(own.starts()).isEmpty();
    assertThat(gpu().starts()).containsExactly(id);
    assertThat(attempt(id).placedOn())
        .isEqualTo(
            new Placement(
                new EngineIdentity("fake at " + GPU, "1"), "none", new EngineAddress(GPU)));
    for (String name : List.of("my-aws", "gpu")) {
      assertThat(holders(name)).containsExactly(id.workload());
      assertRefused(Reason.CREDENTIAL_IN_USE, name, () -> delete(name, false));
    }
    gpu().exit(id, 0);
    await(id, w -> w.state() == WorkloadState.COMPLETED);
    assertThat(holders("gpu")).isEmpty();
  }

  @Test
  void whatIsNotThereOrDoesNotServeIsRefusedByNameAndNothingIsKept() {
    assertRefused(Reason.CREDENTIAL_MISSING, "absent", () -> submit(spec("absent", 0)));
    put("ghcr", CredentialKind.REGISTRY, login("ghcr.io"));
    RefusedException wrong =
        assertRefused(Reason.CREDENTIAL_INCOMPATIBLE, "ghcr", () -> submit(spec("ghcr", 0)));
    assertThat(wrong.members()).containsEntry("have", "registry");
    assertThat(wrong.members()).containsEntry("want", "cloud or docker");
    put("dangling", CredentialKind.CLOUD, Map.of("runs_on", "absent"));
    assertRefused(Reason.CREDENTIAL_MISSING, "absent", () -> submit(spec("dangling", 0)));
    put("wrong", CredentialKind.CLOUD, Map.of("runs_on", "ghcr"));
    RefusedException behind =
        assertRefused(Reason.CREDENTIAL_INCOMPATIBLE, "ghcr", () -> submit(spec("wrong", 0)));
    assertThat(behind.members()).containsEntry("want", "docker");
    assertThat(behind.detail()).contains("\"wrong\"", "runs_on");
    assertThat(live()).isEmpty();
    for (String name : List.of("absent", "ghcr", "dangling", "wrong")) {
      assertThat(holders(name)).isEmpty();
    }
    assertThat(own.starts()).isEmpty();
  }

  @Test
  void aRunningAttemptIsUntouchedByAForcedDelete_andAResubmissionIsRefused() {
    put("gpu", CredentialKind.DOCKER, Map.of("host", GPU));
    AttemptId id = running(spec("gpu", 3));
    delete("gpu", true);
    assertThat(holders("gpu")).containsExactly(id.workload());
    assertRefused(
        Reason.CREDENTIAL_MISSING,
        "gpu",
        () -> workloads.resubmit(OWNER, id.workload(), null, null));
    assertThat(workload(id).state()).isEqualTo(WorkloadState.RUNNING);
    assertThat(workload(id).newest()).isEqualTo(1);
    gpu().exit(id, 0);
    await(id, w -> w.state() == WorkloadState.COMPLETED);
    assertThat(gpu().starts()).containsExactly(id);
  }

  @Test
  void aRetryWhoseCredentialIsGoneEndsInvalidNamingIt() {
    put("gpu", CredentialKind.DOCKER, Map.of("host", GPU));
    AttemptId id = running(spec("gpu", 3));
    delete("gpu", true);
    gpu().exit(id, 1);
    Workload ended = await(id, w -> w.state().isTerminal());
    assertThat(ended.state()).isEqualTo(WorkloadState.INVALID);
    assertThat(attempt(ended.currentAttempt()).cause()).isEqualTo(Cause.CREDENTIAL_NOT_FOUND);
    assertThat(attempt(ended.currentAttempt()).reason()).contains("\"gpu\"");
    assertThat(gpu().starts()).containsExactly(id);
    assertThat(holders("gpu")).isEmpty();
  }

  @Test
  void aRunningAttemptIsSeenWhereItWasStarted_alsoAfterARestartAndAReplacement() {
    put("gpu", CredentialKind.DOCKER, Map.of("host", GPU));
    AttemptId id = running(spec("gpu", 1));
    put("gpu", CredentialKind.DOCKER, Map.of("host", "unix:///run/other.sock"));
    workloads.reconciler().close();
    gpu().unfollow(id);
    workloads = workloads();
    workloads.reconciler().start();
    gpu().exit(id, 1);
    await(id, w -> w.state() == WorkloadState.RUNNING && w.current() == 2);
    AttemptId second = new AttemptId(id.workload(), 2);
    FakeEngine other = hosts.at(new EngineAddress("unix:///run/other.sock"));
    assertThat(gpu().starts()).containsExactly(id);
    assertThat(other.starts()).containsExactly(second);
    assertThat(attempt(id).exitCode()).isEqualTo(1);
  }

  @Test
  void whatAnAccountRunsOnByItsRetryIsHeldFromThenOn() {
    put("my-aws", CredentialKind.CLOUD, Map.of());
    AttemptId id = running(spec("my-aws", 1));
    put("gpu", CredentialKind.DOCKER, Map.of("host", GPU));
    put("my-aws", CredentialKind.CLOUD, Map.of("runs_on", "gpu"));
    assertThat(holders("gpu")).isEmpty();
    own.exit(id, 1);
    await(id, w -> w.state() == WorkloadState.RUNNING && w.current() == 2);
    assertThat(holders("gpu")).containsExactly(id.workload());
  }

  @Test
  void anImageIsPulledWithTheFirstLoginOfItsRegistry_whichIsHeldAndRecorded() {
    put("b", CredentialKind.REGISTRY, login("https://GHCR.io/v2/"));
    put("c", CredentialKind.REGISTRY, login("ghcr.io"));
    put("a", CredentialKind.REGISTRY, login("ghcr.io:5000"));
    AttemptId id = running(spec(null, 0));
    assertThat(own.logins()).containsExactly("b ghcr.io me:of b ghcr.io");
    assertThat(holders("b")).containsExactly(id.workload());
    assertThat(holders("c")).isEmpty();
    assertRefused(Reason.CREDENTIAL_IN_USE, "b", () -> delete("b", false));
    AuditRow used =
        store.audited().stream()
            .filter(row -> row.action().equals("credential.use"))
            .findFirst()
            .orElseThrow();
    assertThat(used.subject()).isEqualTo("b");
    assertThat(used.revision()).isEqualTo(1);
    assertThat(used.detail()).isEqualTo("attempt " + id);
    assertThat(used.actor().tokenName()).isEqualTo("satchel");
  }

  @Test
  void aLoginThatTheWorkloadDoesNotHoldIsNotUsed() {
    put("ghcr", CredentialKind.REGISTRY, login("ghcr.io"));
    Actor runner = actor("runner", Set.of(Role.RUNNER));
    AttemptId without = workloads.submit(runner, spec(null, 0), null).attempt();
    await(without, w -> w.state() == WorkloadState.RUNNING);
    assertThat(own.logins()).isEmpty();
    assertThat(holders("ghcr")).isEmpty();
    Actor allowed = actor("allowed", Set.of(Role.RUNNER), "credential/ghcr");
    AttemptId with = workloads.submit(allowed, spec(null, 0), null).attempt();
    await(with, w -> w.state() == WorkloadState.RUNNING);
    assertThat(own.logins()).hasSize(1);
  }

  @Test
  void aLoginThatIsGoneByTheRetryIsPulledWithout() {
    put("ghcr", CredentialKind.REGISTRY, login("ghcr.io"));
    AttemptId id = running(spec(null, 1));
    delete("ghcr", true);
    own.exit(id, 1);
    await(id, w -> w.state() == WorkloadState.RUNNING && w.current() == 2);
    assertThat(own.logins()).hasSize(1);
  }

  @Test
  void aRunnerUsesOnlyTheCredentialsThatItsTokenNames() {
    put("gpu", CredentialKind.DOCKER, Map.of("host", GPU));
    put("my-aws", CredentialKind.CLOUD, Map.of("runs_on", "gpu"));
    Actor other = actor("other", Set.of(Role.RUNNER), "my-aws", "credential/gpu");
    assertRefused(
        Reason.FORBIDDEN, "my-aws", () -> workloads.submit(other, spec("my-aws", 0), null));
    assertRefused( // Nor is it told whether there is one.
        Reason.FORBIDDEN, "absent", () -> workloads.submit(other, spec("absent", 0), null));
    assertThat(workloads.plan(other, spec("my-aws", 0)).problems())
        .singleElement()
        .asString()
        .contains("credential/my-aws");
    Actor allowed = actor("allowed", Set.of(Role.RUNNER), "credential/my-aws");
    AttemptId id = workloads.submit(allowed, spec("my-aws", 0), null).attempt();
    await(id, w -> w.state() == WorkloadState.RUNNING);
    assertRefused(
        Reason.FORBIDDEN, "my-aws", () -> workloads.resubmit(other, id.workload(), null, null));
    assertRefused(Reason.FORBIDDEN, "my-aws", () -> workloads.terminate(other, id.workload()));
  }

  @Test
  void labelsThatTheHostDeclaresOtherwiseAreRefused_andOthersAreUnchecked() {
    Map<String, String> wanted = Map.of("vm_type", "g6e.xlarge", "geolocation", "eu");
    AttemptId id = running(labelled(wanted, true));
    assertThat(workloads.detail(OWNER, id.workload()).unchecked()).isEqualTo(wanted);
    own.labels(Map.of("vm_type", "t3.micro", "rack", "7"));
    assertThatThrownBy(() -> submit(labelled(wanted, true)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED);
              assertThat(refused.members())
                  .isEqualTo(Map.of("field", "vm_type", "want", "g6e.xlarge", "have", "t3.micro"));
            });
    assertThat(workloads.plan(OWNER, labelled(wanted, true)).problems()).hasSize(1);
    own.labels(Map.of("vm_type", "g6e.xlarge", "spot", "false"));
    assertThatThrownBy(() -> submit(labelled(wanted, true))).hasMessageContaining("spot");
    AttemptId checked = running(labelled(wanted, false));
    assertThat(workloads.detail(OWNER, checked.workload()).unchecked())
        .isEqualTo(Map.of("geolocation", "eu"));
  }

  @Test
  void aHostThatBecameAnotherByTheRetryIsRefusedThere() {
    put("gpu", CredentialKind.DOCKER, Map.of("host", GPU));
    gpu().labels(Map.of("vm_type", "g6e.xlarge"));
    AttemptId id = running(spec("gpu", 1, Map.of("vm_type", "g6e.xlarge"), false));
    gpu().labels(Map.of("vm_type", "t3.micro"));
    gpu().exit(id, 1);
    Workload ended = await(id, w -> w.state().isTerminal());
    assertThat(ended.state()).isEqualTo(WorkloadState.INVALID);
    assertThat(attempt(ended.currentAttempt()).reason()).contains("g6e.xlarge", "t3.micro");
    assertThat(gpu().starts()).containsExactly(id);
  }

  @Test
  void aCommandRunsWhereItsAttemptDoes() {
    put("gpu", CredentialKind.DOCKER, Map.of("host", GPU));
    AttemptId id = running(spec("gpu", 0));
    put("gpu", CredentialKind.DOCKER, Map.of("host", "unix:///run/other.sock"));
    ExecCommand command = new ExecCommand(List.of("ls"), false);
    try (Exec _ = workloads.execs().start(OWNER, id.workload(), null, command)) {
      assertThat(gpu().execsThatRun()).isOne();
    }
    assertThat(own.execsThatRun()).isZero();
  }

  @Test
  void aPlanTellsWhatTheCredentialsComeTo() {
    put("gpu", CredentialKind.DOCKER, Map.of("host", GPU));
    put("my-aws", CredentialKind.CLOUD, Map.of("runs_on", "gpu"));
    put("ghcr", CredentialKind.REGISTRY, login("ghcr.io"));
    Plan plan = workloads.plan(OWNER, spec("my-aws", 0));
    assertThat(plan.problems()).isEmpty();
    assertThat(plan.access())
        .isEqualTo(new Plan.Access(new CredentialName("gpu"), new CredentialName("ghcr")));
    assertThat(workloads.plan(OWNER, spec("absent", 0)).problems())
        .singleElement()
        .asString()
        .contains("\"absent\"");
    assertThat(own.logins()).isEmpty();
  }

  private FakeEngine gpu() {
    return hosts.at(new EngineAddress(GPU));
  }

  private static Actor actor(String token, Set<Role> roles, String... uses) {
    return new Actor("default", token, token, roles, Set.of(uses), "test");
  }

  private static Map<String, String> login(String server) {
    return Map.of("server", server, "username", "me", "password", "of ");
  }

  /**
   * Stores a credential; what ends in a blank is told apart by its credential's name and server.
   */
  private void put(String name, CredentialKind kind, Map<String, String> fields) {
    Map<String, SecretValue> values = new LinkedHashMap<>();
    fields.forEach(
        (field, text) ->
            values.put(
                field,
                SecretValue.ofText(field, text.endsWith(" ") ? text + name + " ghcr.io" : text)));
    var _ = credentials.put(OWNER, new CredentialName(name), kind, values);
  }

  private void delete(String name, boolean force) {
    var _ = credentials.delete(OWNER, new CredentialName(name), force);
  }

  private List<String> holders(String name) {
    return store.read(tx -> tx.holds().holders("default", new CredentialName(name), 10));
  }

  private List<String> live() {
    return store.read(tx -> tx.workloads().live());
  }

  private AttemptId submit(WorkloadSpec spec) {
    return workloads.submit(OWNER, spec, null).attempt();
  }

  private AttemptId running(WorkloadSpec spec) {
    AttemptId id = submit(spec);
    await(id, w -> w.state() == WorkloadState.RUNNING);
    return id;
  }

  private Workload workload(AttemptId id) {
    return store.read(tx -> tx.workloads().find(id.workload()).orElseThrow());
  }

  private Attempt attempt(AttemptId id) {
    return store.read(tx -> tx.workloads().attempt(id).orElseThrow());
  }

  private Workload await(AttemptId id, Predicate<Workload> isSo) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Workload now = workload(id);
    while (!isSo.test(now)) {
      assertThat(System.nanoTime()).as("%s", now).isLessThan(deadline);
      Thread.onSpinWait();
      now = workload(id);
    }
    return now;
  }

  private static RefusedException assertRefused(Reason reason, String name, Runnable act) {
    try {
      act.run();
    } catch (RefusedException refused) {
      assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
      assertThat(refused.members()).containsEntry("name", name);
      assertThat(refused.detail()).contains("\"" + name + "\"");
      return refused;
    }
    throw new AssertionError("was not refused");
  }

  private Workloads workloads() {
    Changes changes = new Changes();
    return new Workloads(
        store,
        new Secrets(store, ring, clock),
        ring,
        new Engines(List.of(own), hosts),
        new Logs(new MemoryLogs(), changes, 1 << 20),
        changes,
        clock,
        new Workloads.Settings(10, Duration.ofSeconds(1), Duration.ofMillis(10)));
  }

  private static WorkloadSpec spec(@Nullable String credential, int retries) {
    return spec(credential, retries, Map.of(), false);
  }

  private static WorkloadSpec labelled(Map<String, String> labels, boolean spot) {
    return spec(null, 0, labels, spot);
  }

  private static WorkloadSpec spec(
      @Nullable String credential, int retries, Map<String, String> labels, boolean spot) {
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
        ContainerSpec.of("ghcr.io/me/train:latest"));
  }
}
