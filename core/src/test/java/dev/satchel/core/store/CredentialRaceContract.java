package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.Credentials;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.workload.Changes;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.Engines;
import dev.satchel.core.workload.FakeEngine;
import dev.satchel.core.workload.FakeHosts;
import dev.satchel.core.workload.Logs;
import dev.satchel.core.workload.MemoryLogs;
import dev.satchel.core.workload.WorkloadSpec;
import dev.satchel.core.workload.Workloads;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Submits that use credentials against deletes of these, by the rules themselves. */
interface CredentialRaceContract extends StoreHost {
  Actor OWNER = new Actor(WORKSPACE, "t", "owner", Set.of(Role.ADMIN), Set.of(), "test");
  CredentialName ENGINE = new CredentialName("gpu");
  CredentialName ACCOUNT = new CredentialName("my-aws");
  int ROUNDS = 40;

  /** The engine's is named by nobody but the account, and found only while others may change it. */
  @Test
  default void eitherTheDeleteOfACredentialIsRefusedOrTheSubmit() throws Exception {
    InstantSource clock = InstantSource.fixed(NOW);
    KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[32]);
    ring.open(store(), bytes("a data key of thirty-two bytes: "), NOW);
    Credentials credentials = new Credentials(store(), ring, clock);
    Workloads workloads = workloads(ring, clock);
    for (int round = 0; round < ROUNDS; round++) {
      put(credentials, ENGINE, CredentialKind.DOCKER, "host", "unix:///run/gpu.sock");
      put(credentials, ACCOUNT, CredentialKind.CLOUD, "runs_on", "gpu");
      CredentialName deleted = round % 2 == 0 ? ENGINE : ACCOUNT;
      List<Callable<String>> both =
          List.of(
              () -> workloads.submit(OWNER, spec(), null).attempt().workload(),
              () -> credentials.delete(OWNER, deleted, false).credential().id());
      List<Future<String>> answers = StoreContract.atOnce(both);
      Future<String> submit = answers.getFirst();
      Future<String> delete = answers.getLast();
      boolean there = one(tx -> tx.credentials().find(WORKSPACE, deleted)).isPresent();
      if (submit.state() == Future.State.SUCCESS) {
        assertThat(refusal(delete).reason()).isEqualTo(Reason.CREDENTIAL_IN_USE);
        assertThat(refusal(delete).members())
            .containsEntry("workload_ids", List.of(submit.resultNow()));
        assertThat(there).isTrue();
        write(tx -> tx.holds().release(submit.resultNow()));
      } else {
        assertThat(refusal(submit).reason()).isEqualTo(Reason.CREDENTIAL_MISSING);
        assertThat(refusal(submit).members()).containsEntry("name", deleted.value());
        assertThat(delete.state()).isEqualTo(Future.State.SUCCESS);
        assertThat(there).isFalse();
        for (CredentialName name : List.of(ENGINE, ACCOUNT)) {
          assertThat(many(tx -> tx.holds().holders(WORKSPACE, name, 10))).isEmpty();
        }
      }
    }
  }

  private Workloads workloads(KeyRing ring, InstantSource clock) {
    Changes changes = new Changes();
    Workloads workloads =
        new Workloads(
            store(),
            new Secrets(store(), ring, clock),
            ring,
            new Engines(List.of(new FakeEngine("docker")), new FakeHosts("docker")),
            new Logs(new MemoryLogs(), changes, 1 << 20),
            changes,
            clock,
            new Workloads.Settings(1, Duration.ofSeconds(1), Duration.ofSeconds(1)));
    workloads.reconciler().close(); // What is submitted stays as it is.
    return workloads;
  }

  private static WorkloadSpec spec() {
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
        ACCOUNT,
        ContainerSpec.of("ghcr.io/me/train:latest"));
  }

  private static void put(
      Credentials credentials,
      CredentialName name,
      CredentialKind kind,
      String field,
      String value) {
    var _ = credentials.put(OWNER, name, kind, Map.of(field, SecretValue.of(bytes(value))));
  }

  private static RefusedException refusal(Future<?> answer) {
    assertThat(answer.state()).isEqualTo(Future.State.FAILED);
    assertThat(answer.exceptionNow()).isInstanceOf(RefusedException.class);
    return (RefusedException) answer.exceptionNow();
  }
}
