package dev.satchel.core.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.store.MemoryStore;
import dev.satchel.core.store.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a leased volume goes, and when it does not. */
final class VolumeLeaseTest {
  private static final Actor OWNER =
      new Actor("default", "t", "owner", Set.of(Role.ADMIN), Set.of(), "test");
  private static final VolumeName NAME = new VolumeName("scratch");

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource clock = () -> now;
  private final MemoryStore store = new MemoryStore();
  private final FakeVolumes driver = new FakeVolumes("m1");
  private long nanos;
  private final Volumes volumes = new Volumes(store, driver, clock, () -> nanos);
  private final VolumeSweep sweep = volumes.sweep();

  @BeforeEach
  void start() {
    sweep.sweep();
  }

  private static VolumeRequest asked(@Nullable Integer leaseS) {
    return new VolumeRequest(Backend.CLOUD_BUCKET, null, null, List.of(), leaseS);
  }

  private Volume create(@Nullable Integer leaseS) {
    Volume made = volumes.create(OWNER, NAME, asked(leaseS), true).detail().volume();
    var _ = driver.open(made.data(), "");
    return made;
  }

  private void pass(int seconds) {
    for (int left = seconds; left > 0; left -= 5) {
      stand(Math.min(left, 5));
      sweep.sweep();
    }
  }

  /** Time passes, and no sweep comes. */
  private void stand(int seconds) {
    now = now.plusSeconds(seconds);
    nanos += seconds * 1_000_000_000L;
  }

  private boolean isThere() {
    return store.<Boolean>read(tx -> tx.volumes().find("default", NAME).isPresent());
  }

  private void write(Consumer<Tx> work) {
    boolean _ =
        store.write(
            tx -> {
              work.accept(tx);
              return true;
            });
  }

  private void hold(String workload) {
    write(
        tx -> {
          tx.lockVolumes("default", Set.of(NAME), Tx.LockKind.SHARED);
          tx.holds().hold("default", NAME, workload);
        });
  }

  private static void refused(Reason reason, ThrowingCallable act) {
    assertThatThrownBy(act)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void itStaysWhileItIsRenewedAndGoesWithItsDataWhenItIsNot() {
    Volume made = create(10);
    pass(9);
    Volumes.Detail renewed = volumes.renew(OWNER, NAME);
    assertThat(renewed.volume().lease()).isEqualTo(new VolumeLease(10, now.plusSeconds(10)));
    pass(9);
    assertThat(isThere()).isTrue();
    assertThat(driver.there).containsExactly(made.id());
    pass(1);
    assertThat(isThere()).isFalse();
    assertThat(driver.there).isEmpty();
    refused(Reason.VOLUME_NOT_FOUND, () -> volumes.renew(OWNER, NAME));
  }

  @Test
  void oneThatIsNotLeasedStaysAndCannotBeRenewed() {
    create(null);
    pass(10_000);
    assertThat(isThere()).isTrue();
    refused(Reason.VOLUME_INCOMPATIBLE, () -> volumes.renew(OWNER, NAME));
    refused(Reason.VOLUME_INCOMPATIBLE, () -> create(10));
  }

  @Test
  void aWorkloadThatHoldsItKeepsItUntilItsEnd() {
    create(10);
    hold("w1");
    pass(100);
    assertThat(isThere()).isTrue();
    write(tx -> tx.holds().release("w1"));
    sweep.sweep();
    assertThat(isThere()).isFalse();
  }

  @Test
  void noLeaseRunsOutWhileNoServerIsThere() {
    create(10);
    stand(3600);
    VolumeSweep next = new Volumes(store, driver, clock, () -> nanos).sweep();
    next.sweep();
    stand(9);
    next.sweep();
    assertThat(isThere()).isTrue();
    stand(1);
    next.sweep();
    assertThat(isThere()).isFalse();
  }

  private void itStaysForALeaseMore() {
    sweep.sweep();
    assertThat(isThere()).isTrue();
    pass(9);
    assertThat(isThere()).isTrue();
    pass(1);
    assertThat(isThere()).isFalse();
  }

  @Test
  void noLeaseRunsOutWhileTheServerStandsStill() {
    create(10);
    stand(3600);
    itStaysForALeaseMore();
  }

  @Test
  void noLeaseRunsOutWhereTheClockStepsForward() {
    create(10);
    now = now.plusSeconds(3600);
    itStaysForALeaseMore();
  }

  @Test
  void aClockThatStepsBackKeepsNoneForLong() {
    create(10);
    now = now.minusSeconds(3600);
    itStaysForALeaseMore();
  }

  @Test
  void noLeaseRunsOutWhileTheStoreRefusesWrites() {
    create(10);
    store.refuseWrites(0, 1000);
    pass(60);
    store.refuseWrites(0, 0);
    itStaysForALeaseMore();
  }

  @Test
  void noLeaseRunsOutWhereItsRenewalFailedAMomentAgo() {
    create(10);
    pass(9);
    store.refuseWrites(0, 1);
    refused(Reason.STORE_FULL, () -> volumes.renew(OWNER, NAME));
    stand(1);
    itStaysForALeaseMore();
  }

  @Test
  void aRenewalThatCannotBeKeepsNoOther() {
    create(10);
    stand(10);
    refused(Reason.VOLUME_NOT_FOUND, () -> volumes.renew(OWNER, new VolumeName("none")));
    sweep.sweep();
    assertThat(isThere()).isFalse();
  }

  @Test
  void oneThatIsDeletedTellsWhyItIsThereYet() {
    Volume made = create(null);
    hold("w1");
    write(tx -> tx.volumes().attach(made.id(), "w1", 1));
    volumes.delete(OWNER, NAME, true);
    sweep.sweep();
    Volumes.Detail shown = volumes.detail(OWNER, NAME);
    assertThat(shown.status().status()).isEqualTo(VolumeStatus.DELETING);
    assertThat(shown.status().reason()).contains("w1");
    assertThat(shown.holders()).containsExactly("w1");
    refused(Reason.VOLUME_NOT_FOUND, () -> volumes.kindOf(OWNER, NAME, "x"));
    refused(Reason.VOLUME_NOT_FOUND, () -> volumes.delete(OWNER, NAME, false));
    write(tx -> tx.volumes().detach("w1", 1));
    driver.removing.add(made.id());
    sweep.sweep();
    assertThat(driver.there).isEmpty();
    assertThat(volumes.detail(OWNER, NAME).status().reason()).contains("being removed");
    driver.removing.clear();
    sweep.sweep();
    refused(Reason.VOLUME_NOT_FOUND, () -> volumes.detail(OWNER, NAME));
  }

  @Test
  void itsNameIsFreeAtOnceForAnother() {
    Volume old = create(null);
    driver.removing.add(old.id());
    volumes.delete(OWNER, NAME, false);
    assertThat(volumes.detail(OWNER, NAME).status().status()).isEqualTo(VolumeStatus.DELETING);
    Volume another = create(null);
    assertThat(another.id()).isNotEqualTo(old.id());
    assertThat(volumes.detail(OWNER, NAME).volume().id()).isEqualTo(another.id());
    assertThat(volumes.detail(OWNER, NAME).status().status()).isEqualTo(VolumeStatus.READY);
  }

  @Test
  void aLeaseOfNoUseIsRefused() {
    refused(Reason.INVALID, () -> create(1));
    refused(Reason.INVALID, () -> create(3601));
  }
}
