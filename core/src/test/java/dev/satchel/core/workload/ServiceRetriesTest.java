package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Sealer;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often a service is started anew. */
final class ServiceRetriesTest {
  private static final Actor OWNER =
      new Actor("default", "t", "owner", Set.of(Role.ADMIN), Set.of(), "test");

  private final MemoryStore store = new MemoryStore();
  private final FakeEngine engine = new FakeEngine();
  private volatile Duration ahead = Duration.ZERO;
  private final InstantSource clock = () -> Instant.now().plus(ahead);
  private final KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[Sealer.KEY_BYTES]);
  private final Changes changes = new Changes();
  private final Workloads workloads =
      new Workloads(
          store,
          new Secrets(store, ring, clock),
          ring,
          new Engines(List.of(engine)),
          new Logs(new MemoryLogs(), changes, 1 << 20),
          changes,
          clock,
          new Workloads.Settings(2, Duration.ofSeconds(1), Duration.ofMillis(10)));

  @BeforeEach
  void start() {
    ring.open(store, new byte[Sealer.KEY_BYTES], Instant.now());
    engine.clock(clock);
    workloads.reconciler().start();
  }

  @AfterEach
  void stop() {
    workloads.reconciler().close();
  }

  private AttemptId running(@Nullable Lasting lasting, @Nullable Duration timeout) {
    WorkloadSpec spec =
        new WorkloadSpec(
            null,
            List.of("serve"),
            null,
            Map.of(),
            List.of(),
            "fake",
            timeout,
            2,
            false,
            Map.of(),
            null,
            null);
    AttemptId first =
        workloads.submit(OWNER, lasting == null ? spec : spec.withLasting(lasting), null).attempt();
    await(first, w -> w.state() == WorkloadState.RUNNING);
    return first;
  }

  private Workload await(AttemptId of, Predicate<Workload> until) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      Workload now = store.read(tx -> tx.workloads().find(of.workload()).orElseThrow());
      if (until.test(now)) {
        return now;
      }
      assertThat(System.nanoTime()).as("%s", now).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  /**
   * Ends the attempt that runs after so long, and gives what follows once that runs or it is over.
   */
  private Workload endAfter(AttemptId first, Duration run) {
    ahead = ahead.plus(run);
    Workload before = await(first, w -> w.state() == WorkloadState.RUNNING);
    engine.exit(before.currentAttempt(), 1);
    return await(
        first,
        w ->
            w.state().isTerminal()
                || (w.state() == WorkloadState.RUNNING && w.current() > before.current()));
  }

  @Test
  void triesAreForOnesInARowThatDoNotWork() {
    AttemptId first = running(Lasting.SERVICE, null);
    assertThat(endAfter(first, Duration.ofMinutes(29)).retriesUsed()).isEqualTo(1);
    assertThat(endAfter(first, Duration.ofMinutes(29)).retriesUsed()).isEqualTo(2);
    for (int worked = 0; worked < 4; worked++) {
      assertThat(endAfter(first, Duration.ofMinutes(30)).retriesUsed()).isEqualTo(1);
    }
    assertThat(endAfter(first, Duration.ZERO).retriesUsed()).isEqualTo(2);
    assertThat(endAfter(first, Duration.ZERO).state()).isEqualTo(WorkloadState.ERRORED);
  }

  @Test
  void oneWhoseTimeWasUpHadWorkedIfThatWasLong() {
    AttemptId first = running(Lasting.SERVICE, Duration.ofMinutes(40));
    for (int number = 1; number < 5; number++) {
      assertThat(timedOut(first, number, 41).retriesUsed()).isEqualTo(1);
    }
    AttemptId brief = running(Lasting.SERVICE, Duration.ofMinutes(1));
    assertThat(timedOut(brief, 1, 2).retriesUsed()).isEqualTo(1);
    assertThat(timedOut(brief, 2, 2).retriesUsed()).isEqualTo(2);
  }

  /** Has the time of an attempt be up, and gives what follows once that runs. */
  private Workload timedOut(AttemptId first, int number, int minutes) {
    ahead = ahead.plusMinutes(minutes);
    return await(first, w -> w.state() == WorkloadState.RUNNING && w.current() == number + 1);
  }

  @Test
  void aJobHasItsTriesOnce() {
    AttemptId first = running(null, null);
    assertThat(endAfter(first, Duration.ofHours(1)).retriesUsed()).isEqualTo(1);
    assertThat(endAfter(first, Duration.ofHours(1)).retriesUsed()).isEqualTo(2);
    assertThat(endAfter(first, Duration.ofHours(1)).state()).isEqualTo(WorkloadState.ERRORED);
  }
}
