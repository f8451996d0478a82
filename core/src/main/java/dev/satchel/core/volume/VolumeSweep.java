package dev.satchel.core.volume;

import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes volumes whose lease has run out, and removes the data of those that are gone. */
public final class VolumeSweep {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeSweep.class);
  private static final int AT_ONCE = 100;

  private final Store store;
  private final VolumeDriver driver;
  private final InstantSource clock;
  private final Pulse pulse;
  private boolean failing;

  VolumeSweep(Store store, VolumeDriver driver, InstantSource clock, LongSupplier nanos) {
    this.store = store;
    this.driver = driver;
    this.clock = clock;
    this.pulse = new Pulse(nanos);
  }

  /** Deletes a volume, which is remembered until its data is gone too. Its name is locked. */
  static void delete(Tx tx, Volume volume) {
    tx.volumes().delete(volume.id());
    tx.volumes().remember(volume);
  }

  /**
   * What is due now: to be called every few seconds, by one thread, once clients are answered. All
   * leases begin anew where they could not be renewed meanwhile, as at the first call.
   */
  public void sweep() {
    try {
      expireOrRenew(now());
      inPages(
          (tx, after) -> tx.volumes().remembered(after, AT_ONCE),
          VolumeData::id,
          this::removeDeleted);
      failing = false;
    } catch (RuntimeException e) { // The next call tries again.
      pulse.miss();
      if (!failing) { // Once for each outage.
        LOG.warn("what is due of volumes cannot be removed now: {}", e.toString());
      }
      failing = true;
    }
  }

  private void expireOrRenew(Instant now) {
    if (pulse.beat(now)) {
      inPages(
          (tx, after) -> tx.volumes().expired(now, after, AT_ONCE),
          Volume::id,
          volume -> expire(volume, now));
    } else {
      write(tx -> tx.volumes().leaseAllFrom(now));
    }
  }

  /** A renewal could not be written, which is no fault of who asked for it. */
  void renewalFailed() {
    pulse.miss();
  }

  /** Removes all data that belongs to nothing: to be called every now and then. */
  public void sweepData() {
    driver.kept().forEach(this::removeUnneeded);
  }

  /** A page of a list, after the id of the last. */
  private interface Page<T> {
    List<T> of(Tx tx, String after);
  }

  private <T> void inPages(Page<T> pages, Function<T, String> id, Consumer<T> work) {
    String after = "";
    List<T> page;
    do {
      String from = after;
      page = store.read(tx -> pages.of(tx, from));
      page.forEach(work);
      after = page.isEmpty() ? "" : id.apply(page.getLast());
    } while (page.size() == AT_ONCE);
  }

  private void expire(Volume volume, Instant now) {
    try {
      if (store.<Boolean>write(tx -> isExpired(tx, volume, now))) {
        removeAndForget(volume.data());
      }
    } catch (RefusedException e) { // The store's, which would say the same of every other.
      throw e;
    } catch (RuntimeException e) {
      pulse.miss();
      LOG.warn("the volume {}, whose lease ran out, could not be deleted", volume.id(), e);
    }
  }

  /** Looked at again under the lock of its name: it may be renewed, held, or another by now. */
  private static boolean isExpired(Tx tx, Volume seen, Instant now) {
    tx.lockVolumes(seen.workspace(), Set.of(seen.name()), Tx.LockKind.EXCLUSIVE);
    Volume volume = tx.volumes().find(seen.workspace(), seen.name()).orElse(null);
    if (volume == null
        || !volume.id().equals(seen.id())
        || volume.lease() == null
        || volume.lease().expiresAt().isAfter(now)
        || !tx.holds().holders(seen.workspace(), seen.name(), 1).isEmpty()) {
      return false;
    }
    delete(tx, volume);
    Actor self = Actor.satchel(seen.workspace());
    tx.audit().append(AuditRow.ok(now, self, "volume.expire", seen.name().value()));
    return true;
  }

  private void removeDeleted(VolumeData data) {
    try {
      removeAndForget(data);
    } catch (RefusedException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("the deleted volume {} could not be forgotten", data.id(), e);
    }
  }

  /** Removes the data of a volume that is gone, unless an attempt has it mounted. */
  void removeAndForget(VolumeData data) {
    if (removeUnneeded(data) && !driver.isRemoving(data)) {
      write(tx -> tx.volumes().forget(data.id()));
    }
  }

  /**
   * Removes what was written into a volume, where that was deleted meanwhile: its data may be gone
   * and forgotten by now, and is remembered anew.
   *
   * @return whether it was deleted
   */
  boolean removeLate(Volume volume) {
    if (store.<Boolean>read(tx -> isThere(tx, volume))) { // A delete from now on sees the file.
      return false;
    }
    write(tx -> tx.volumes().remember(volume));
    removeAndForget(volume.data());
    return true;
  }

  private static boolean isThere(Tx tx, Volume volume) {
    return tx.volumes()
        .find(volume.workspace(), volume.name())
        .filter(it -> it.id().equals(volume.id()))
        .isPresent();
  }

  private boolean isNeeded(String volumeId) {
    return store.<Boolean>read(tx -> tx.volumes().needs(volumeId));
  }

  /** False where it is needed, or could not be removed yet. */
  private boolean removeUnneeded(VolumeData data) {
    if (isNeeded(data.id())) {
      return false;
    }
    try {
      driver.remove(data);
      return true;
    } catch (RuntimeException e) { // The next sweep tries again.
      LOG.warn(
          "the data of the deleted volume {} could not be removed: {}", data.id(), e.toString());
      return false;
    }
  }

  private void write(Consumer<Tx> work) {
    boolean _ =
        store.write(
            tx -> {
              work.accept(tx);
              return true;
            });
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
