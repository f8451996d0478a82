package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bytes;
import static dev.satchel.core.store.Rows.spec;
import static dev.satchel.core.store.Rows.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.MountedBucket;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.OpenedBundle;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadState;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every store keeps to about the earlier attempts of workloads that go on. */
interface EarlierAttemptContract extends StoreHost {
  @Test
  default void earlierAttemptsAreThoseThatEndedBeforeAndAreNotAmongTheNewest() {
    goesOn("w1", 5, 5);
    goesOn("w2", 4, 4);
    goesOn("w3", 2, 2);
    assertThat(earlier(1000, 2, 10)).containsExactly("w1-1", "w1-2", "w1-3", "w2-1", "w2-2");
    assertThat(earlier(1000, 2, 4)).containsExactly("w1-1", "w1-2", "w1-3", "w2-1");
    assertThat(earlier(3, 2, 10))
        .as("w1-3 ended at 3")
        .containsExactly("w1-1", "w1-2", "w2-1", "w2-2");
    assertThat(earlier(1, 2, 10)).isEmpty();
  }

  @Test
  default void theCurrentAttemptIsNoEarlierOneHoweverManyWereMadeSince() {
    goesOn("w1", 2, 6); // Four resubmissions that came to nothing.
    Attempt current = one(tx -> tx.workloads().attempt(new AttemptId("w1", 2))).orElseThrow();
    write(tx -> tx.workloads().update(ending(current, 2L))); // It waits for its next try.
    assertThat(earlier(1000, 1, 10)).containsExactly("w1-1", "w1-3", "w1-4", "w1-5");
  }

  @Test
  default void anAttemptThatHasNotEndedIsNoEarlierOne() {
    goesOn("w1", 4, 4);
    Attempt second = one(tx -> tx.workloads().attempt(new AttemptId("w1", 2))).orElseThrow();
    write(tx -> tx.workloads().update(ending(second, null)));
    assertThat(earlier(1000, 1, 10)).containsExactly("w1-1", "w1-3");
  }

  @Test
  default void anAttemptThatHasSomethingMountedIsNoEarlierOne() {
    goesOn("w1", 5, 5);
    write(tx -> tx.volumes().attach("v1", "w1", 1));
    write(tx -> tx.bucketMounts().put(mounted(new BucketMountId("w1", 3, 0))));
    assertThat(earlier(1000, 1, 10)).containsExactly("w1-2", "w1-4");
    write(tx -> tx.volumes().detach("w1", 1));
    write(tx -> tx.bucketMounts().remove("w1", 3));
    assertThat(earlier(1000, 1, 10)).containsExactly("w1-1", "w1-2", "w1-3", "w1-4");
  }

  @Test
  default void aWorkloadThatHasEndedHasNoEarlierOnes() {
    Workload ended = workload("w1", spec(null), WorkloadState.COMPLETED, 0);
    goesOn("w1", 3, 3);
    write(tx -> tx.workloads().update(Rows.at(ended, 3, 3)));
    assertThat(earlier(1000, 1, 10)).isEmpty();
  }

  @Test
  default void aRemovedAttemptLeavesNothingAndItsNeighboursEverything() {
    goesOn("w1", 3, 3);
    goesOn("w2", 3, 3);
    for (AttemptId id : List.of(new AttemptId("w1", 1), new AttemptId("w1", 2))) {
      List<OpenedBundle> opened = List.of(new OpenedBundle("db", "id", 1));
      write(tx -> tx.workloads().opened(id, opened, List.of(bytes("box"))));
    }
    write(tx -> tx.workloads().removeAttempts(List.of(new AttemptId("w1", 1))));
    write(tx -> tx.workloads().removeAttempts(List.of()));
    assertThat(one(tx -> tx.workloads().attempt(new AttemptId("w1", 1)))).isEmpty();
    assertThat(many(tx -> tx.workloads().openedBundles(new AttemptId("w1", 1)))).isEmpty();
    assertThat(many(tx -> tx.workloads().boxes(new AttemptId("w1", 1)))).isEmpty();
    assertThat(many(tx -> tx.workloads().openedBundles(new AttemptId("w1", 2)))).hasSize(1);
    assertThat(many(tx -> tx.workloads().boxes(new AttemptId("w1", 2)))).hasSize(1);
    assertThat(many(tx -> tx.workloads().attemptNumbers("w1"))).containsExactly(2, 3);
    assertThat(many(tx -> tx.workloads().attemptNumbers("w2"))).containsExactly(1, 2, 3);
    assertThat(many(tx -> tx.workloads().attempts("w1", 10)))
        .extracting(attempt -> attempt.id().number())
        .containsExactly(3, 2);
    assertThat(one(tx -> tx.workloads().find("w1"))).isPresent();
  }

  private List<String> earlier(long second, int newest, int limit) {
    return read(tx -> tx.workloads().attemptsEndedBefore(NOW.plusSeconds(second), newest, limit))
        .stream()
        .map(AttemptId::toString)
        .toList();
  }

  /** One whose attempts ended each at its number's second, but the current one, which runs. */
  private void goesOn(String id, int current, int newest) {
    Workload made = workload(id, spec(null), WorkloadState.RUNNING, 0);
    write(
        tx -> {
          tx.workloads().insert(Rows.at(made, current, newest), attempt(made, 1, current));
          for (int number = 2; number <= newest; number++) {
            tx.workloads().insertAttempt(attempt(made, number, current));
          }
        });
  }

  private static Attempt attempt(Workload workload, int number, int current) {
    Attempt attempt = Rows.attempt(new AttemptId(workload.id(), number), workload);
    return ending(attempt, number == current ? null : (long) number);
  }

  private static Attempt ending(Attempt attempt, @Nullable Long second) {
    return new Attempt(
        attempt.id(),
        attempt.workspace(),
        second == null ? WorkloadState.RUNNING : WorkloadState.ERRORED,
        attempt.env(),
        null,
        null,
        null,
        null,
        null,
        attempt.createdAt(),
        NOW,
        second == null ? null : NOW.plusSeconds(second));
  }

  private static MountedBucket mounted(BucketMountId id) {
    return new MountedBucket(
        id, "eu", bytes("hash"), bytes("access"), bytes("secret"), "one:1", null);
  }
}
