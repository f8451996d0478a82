package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.application.About;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.ApplicationLimits;
import dev.satchel.core.application.Applications;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.PartId;
import dev.satchel.core.application.SecretsCollections;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.workload.Changes;
import dev.satchel.core.workload.ContentPaths;
import dev.satchel.core.workload.Engines;
import dev.satchel.core.workload.FakeEngine;
import dev.satchel.core.workload.FakeHosts;
import dev.satchel.core.workload.Logs;
import dev.satchel.core.workload.MemoryLogs;
import dev.satchel.core.workload.Queuing;
import dev.satchel.core.workload.RunOrigin;
import dev.satchel.core.workload.RunSpec;
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

/** Submits of runs against deletes of what they use, by the rules themselves. */
interface CollectionRaceContract extends StoreHost {
  Actor PUSHER = new Actor(WORKSPACE, "t", "owner", Set.of(Role.ADMIN), Set.of(), "test");
  CollectionName KEYS = new CollectionName(new ApplicationId("raced"), new PartId("keys"));
  int RACES = 40;

  @Test
  default void eitherTheDeleteOfACollectionIsRefusedOrTheSubmit() throws Exception {
    InstantSource clock = InstantSource.fixed(NOW);
    KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[32]);
    ring.open(store(), bytes("a data key of thirty-two bytes: "), NOW);
    Applications applications = new Applications(store(), clock, ApplicationLimits.DEFAULT);
    SecretsCollections collections =
        new SecretsCollections(store(), ring, clock, ApplicationLimits.DEFAULT);
    Workloads workloads = racing(ring, clock);
    for (int round = 0; round < RACES; round++) {
      boolean whole = round % 2 == 0; // Then it is the application that is deleted.
      if (one(tx -> tx.applications().find(WORKSPACE, KEYS.application())).isEmpty()) {
        var _ =
            applications.create(
                PUSHER,
                KEYS.application(),
                About.SAME,
                false,
                new Applications.Defaults(null, null));
      }
      if (one(tx -> tx.collections().find(WORKSPACE, KEYS)).isEmpty()) {
        Entry entry = new Entry("", new Place.Env("A"), SecretValue.of(bytes("value")));
        var _ = collections.create(PUSHER, KEYS, About.SAME, List.of(entry));
      }
      String run = "race" + "%08d".formatted(round);
      List<Callable<String>> both =
          List.of(
              () -> workloads.submitRun(PUSHER, run, spec()).attempt().workload(),
              () -> {
                if (whole) {
                  applications.delete(PUSHER, KEYS.application());
                } else {
                  collections.delete(PUSHER, KEYS);
                }
                return run;
              });
      List<Future<String>> answers = StoreContract.atOnce(both);
      Future<String> submit = answers.getFirst();
      Future<String> delete = answers.getLast();
      boolean there = one(tx -> tx.collections().find(WORKSPACE, KEYS)).isPresent();
      if (submit.state() == Future.State.SUCCESS) {
        assertThat(raced(delete).reason())
            .isEqualTo(whole ? Reason.APPLICATION_IN_USE : Reason.COLLECTION_IN_USE);
        assertThat(raced(delete).members()).containsEntry("workload_ids", List.of(run));
        assertThat(there).isTrue();
        write(tx -> tx.holds().release(run));
      } else {
        assertThat(raced(submit).reason())
            .isEqualTo(whole ? Reason.APPLICATION_NOT_FOUND : Reason.REFERENCE_MISSING);
        assertThat(delete.state()).isEqualTo(Future.State.SUCCESS);
        assertThat(there).isFalse();
        assertThat(many(tx -> tx.holds().holders(WORKSPACE, KEYS, 10))).isEmpty();
        assertThat(one(tx -> tx.workloads().find(run))).isEmpty();
      }
    }
  }

  private Workloads racing(KeyRing ring, InstantSource clock) {
    Changes changes = new Changes();
    Workloads workloads =
        new Workloads(
            store(),
            new Secrets(store(), ring, clock),
            ring,
            new Engines(List.of(new FakeEngine("process")), new FakeHosts("docker")),
            new Logs(new MemoryLogs(), changes, 1 << 20),
            changes,
            clock,
            new Workloads.Settings(1, Duration.ofSeconds(1), Duration.ofSeconds(1)));
    workloads.reconciler().close(); // What is submitted stays as it is.
    return workloads;
  }

  private static WorkloadSpec spec() {
    RunSpec run =
        new RunSpec(
            KEYS.application(),
            "latest",
            "",
            "",
            "",
            "class",
            "",
            "json",
            "json",
            "",
            Map.of(),
            KEYS.id().value(),
            ContentPaths.USUAL,
            RunOrigin.PLAIN,
            Queuing.USUAL);
    return new WorkloadSpec(
        "raced",
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
        null,
        run,
        List.of());
  }

  private static RefusedException raced(Future<?> answer) {
    assertThat(answer.state()).isEqualTo(Future.State.FAILED);
    assertThat(answer.exceptionNow()).isInstanceOf(RefusedException.class);
    return (RefusedException) answer.exceptionNow();
  }
}
