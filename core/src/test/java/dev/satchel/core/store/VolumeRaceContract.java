package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bytes;
import static dev.satchel.core.store.StoreHost.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.FakeVolumes;
import dev.satchel.core.volume.VolumeMount;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.VolumeRequest;
import dev.satchel.core.volume.Volumes;
import dev.satchel.core.workload.Changes;
import dev.satchel.core.workload.Engines;
import dev.satchel.core.workload.FakeEngine;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Submits that mount volumes against deletes and creates of these, by the rules themselves. */
interface VolumeRaceContract extends StoreHost {
  VolumeName MODELS = new VolumeName("models");
  VolumeRequest ASKED = new VolumeRequest(Backend.CLOUD_BUCKET, null, null, List.of());

  private static Actor owner() {
    return new Actor(WORKSPACE, "t", "owner", Set.of(Role.ADMIN), Set.of(), "test");
  }

  @Test
  default void eitherTheDeleteOfAVolumeIsRefusedOrTheSubmit() throws Exception {
    Volumes volumes = new Volumes(store(), new FakeVolumes("m1"), InstantSource.fixed(NOW));
    Workloads workloads = workloads();
    for (int round = 0; round < 40; round++) {
      var _ = volumes.create(owner(), MODELS, ASKED, true);
      List<Callable<String>> both =
          List.of(
              () -> workloads.submit(owner(), spec(null), null).attempt().workload(),
              () -> volumes.delete(owner(), MODELS, false).volume().id());
      List<Future<String>> answers = StoreContract.atOnce(both);
      Future<String> submit = answers.getFirst();
      Future<String> delete = answers.getLast();
      boolean there = one(tx -> tx.volumes().find(WORKSPACE, MODELS)).isPresent();
      if (submit.state() == Future.State.SUCCESS) {
        assertThat(refusal(delete).reason()).isEqualTo(Reason.VOLUME_IN_USE);
        assertThat(refusal(delete).members())
            .containsEntry("workload_ids", List.of(submit.resultNow()));
        assertThat(there).isTrue();
        write(tx -> tx.holds().release(submit.resultNow()));
      } else {
        assertThat(refusal(submit).reason()).isEqualTo(Reason.VOLUME_MISSING);
        assertThat(refusal(submit).members()).containsEntry("name", "models");
        assertThat(delete.state()).isEqualTo(Future.State.SUCCESS);
        assertThat(there).isFalse();
        assertThat(many(tx -> tx.holds().holders(WORKSPACE, MODELS, 10))).isEmpty();
      }
    }
  }

  @Test
  default void whatManySubmitsCreateAtOnceIsMadeOnce() throws Exception {
    Workloads workloads = workloads();
    Callable<String> submit =
        () -> workloads.submit(owner(), spec(ASKED), null).attempt().workload();
    List<Future<String>> answers = StoreContract.atOnce(List.of(submit, submit, submit, submit));
    assertThat(answers).allMatch(answer -> answer.state() == Future.State.SUCCESS);
    assertThat(many(tx -> tx.volumes().list(WORKSPACE, "", 10))).hasSize(1);
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, MODELS, 10))).hasSize(4);
  }

  private Workloads workloads() {
    InstantSource clock = InstantSource.fixed(NOW);
    KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[32]);
    ring.open(store(), bytes("a data key of thirty-two bytes: "), NOW);
    Changes changes = new Changes();
    Workloads workloads =
        new Workloads(
            store(),
            new Secrets(store(), ring, clock),
            ring,
            new Engines(List.of(new FakeEngine("process"))),
            new Logs(new MemoryLogs(), changes, 1 << 20),
            changes,
            clock,
            new Workloads.Settings(1, Duration.ofSeconds(1), Duration.ofSeconds(1)),
            null,
            new FakeVolumes("m1"));
    workloads.reconciler().close(); // What is submitted stays as it is.
    return workloads;
  }

  private static WorkloadSpec spec(@Nullable VolumeRequest create) {
    WorkloadSpec spec =
        new WorkloadSpec(
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
            null);
    return spec.withMounts(List.of(new VolumeMount(MODELS, "/models", false, "", create)));
  }

  private static RefusedException refusal(Future<?> answer) {
    assertThat(answer.state()).isEqualTo(Future.State.FAILED);
    assertThat(answer.exceptionNow()).isInstanceOf(RefusedException.class);
    return (RefusedException) answer.exceptionNow();
  }
}
