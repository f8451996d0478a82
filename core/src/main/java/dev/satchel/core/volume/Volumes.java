package dev.satchel.core.volume;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Permission;
import dev.satchel.core.audit.Acts;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Volumes as users act on them. Thread-safe. */
public final class Volumes {
  private static final int HOLDERS_NAMED = 1000;

  private final Store store;
  private final VolumeDriver driver;
  private final InstantSource clock;
  private final Acts acts;
  private final VolumeSweep sweep;
  private final FileWrites writes;

  public Volumes(Store store, VolumeDriver driver, InstantSource clock) {
    this(store, driver, clock, System::nanoTime);
  }

  Volumes(Store store, VolumeDriver driver, InstantSource clock, LongSupplier nanos) {
    this.store = store;
    this.driver = driver;
    this.clock = clock;
    this.acts = new Acts(store);
    this.sweep = new VolumeSweep(store, driver, clock, nanos);
    this.writes = new FileWrites(driver, sweep);
  }

  /** What deletes those whose lease ran out, which knows of renewals that failed. */
  public VolumeSweep sweep() {
    return sweep;
  }

  /** A volume, how it stands, and who holds it. */
  public record Detail(Volume volume, VolumeStatus.Reasoned status, List<String> holders) {}

  /** What a create found or made. */
  public record Created(Detail detail, boolean made) {}

  /** A volume that is gone, and the workloads that a forced delete passed over. */
  public record Deleted(Volume volume, List<String> holders) {}

  /**
   * Creates a volume.
   *
   * @param ifMissing whether one that is there, and is what is asked for, will do
   * @throws RefusedException INVALID for the request; VOLUME_EXISTS; VOLUME_INCOMPATIBLE with
   *     {@code field}, {@code have} and {@code want}; TOO_LARGE; nothing is then changed
   */
  public Created create(Actor actor, VolumeName name, VolumeRequest asked, boolean ifMissing) {
    Instant now = now();
    String newId = RandomIds.longId();
    return acts.recorded(
        now,
        actor,
        "volume.create",
        name.value(),
        () -> {
          VolumeRules.check("", asked);
          return store.write(tx -> create(tx, actor, name, asked, ifMissing, newId, now));
        });
  }

  private Created create(
      Tx tx,
      Actor actor,
      VolumeName name,
      VolumeRequest asked,
      boolean ifMissing,
      String newId,
      Instant now) {
    tx.lockVolumes(actor.workspace(), Set.of(name), Tx.LockKind.EXCLUSIVE);
    boolean there = tx.volumes().find(actor.workspace(), name).isPresent();
    if (there && !ifMissing) {
      throw new RefusedException(
              Reason.VOLUME_EXISTS, "There is a volume named \"" + name + "\" already.")
          .with("name", name.value());
    }
    StorePlace place = driver.storeFor(asked.backend());
    Volume volume = ensure(tx, actor, name, asked, newId, place, now);
    return new Created(detail(tx, volume), !there);
  }

  /**
   * The volume of a name, made where it is not there; its name is locked for that.
   *
   * @param place where the data of one that is made lies
   * @throws RefusedException VOLUME_INCOMPATIBLE; FORBIDDEN where it is to be made by who may not;
   *     TOO_LARGE
   */
  public static Volume ensure(
      Tx tx,
      Actor actor,
      VolumeName name,
      VolumeRequest asked,
      String newId,
      StorePlace place,
      Instant now) {
    Volume there = tx.volumes().find(actor.workspace(), name).orElse(null);
    if (there != null) {
      VolumeRules.incompatible(there, asked)
          .ifPresent(
              refusal -> {
                throw refusal;
              });
      return there;
    }
    actor.require(Permission.WRITE_VOLUMES);
    if (tx.volumes().count(actor.workspace()) >= VolumeRules.VOLUMES_MAX) {
      throw new RefusedException(
          Reason.TOO_LARGE,
          "There are at most "
              + VolumeRules.VOLUMES_MAX
              + " volumes, and as many there are. Delete some first.");
    }
    Volume made = Volume.of(newId, actor.workspace(), name, asked, place, now);
    tx.volumes().insert(made);
    tx.audit()
        .append(
            AuditRow.ok(now, actor, "volume.create", name.value())
                .withDetail("backend " + asked.backend().word()));
    return made;
  }

  public List<Detail> list(Actor actor, String after, int limit) {
    return store.read(
        tx ->
            tx.volumes().list(actor.workspace(), after, limit).stream()
                .map(volume -> detail(tx, volume))
                .toList());
  }

  /** VOLUME_NOT_FOUND where there is none such. */
  public Detail detail(Actor actor, VolumeName name) {
    return store.read(tx -> shown(tx, actor.workspace(), name));
  }

  /** One that is deleted is shown as long as its data is there, unless another has its name. */
  private Detail shown(Tx tx, String workspace, VolumeName name) {
    VolumeStore volumes = tx.volumes();
    Volume deleted =
        volumes.find(workspace, name).isPresent()
            ? null
            : volumes.findDeleted(workspace, name).orElse(null);
    if (deleted == null) {
      return detail(tx, find(tx, workspace, name));
    }
    List<String> mounted = volumes.attachedToOthers(deleted.id(), "");
    return new Detail(deleted, VolumeStatus.ofDeleted(mounted), mounted);
  }

  private Detail detail(Tx tx, Volume volume) {
    List<String> holders = tx.holds().holders(volume.workspace(), volume.name(), HOLDERS_NAMED);
    return new Detail(volume, VolumeStatus.of(volume, holders, driver), holders);
  }

  /**
   * Deletes a volume and its data, as soon as no attempt has it mounted.
   *
   * @param force deletes it even where workloads hold it; their attempts that run keep it until
   *     they end, the next fails
   * @throws RefusedException VOLUME_IN_USE with {@code workload_ids}; VOLUME_NOT_FOUND
   */
  public Deleted delete(Actor actor, VolumeName name, boolean force) {
    Instant now = now();
    Deleted deleted =
        acts.run(
            now, actor, "volume.delete", name.value(), tx -> delete(tx, actor, name, force, now));
    sweep.removeAndForget(deleted.volume().data());
    return deleted;
  }

  private static Deleted delete(Tx tx, Actor actor, VolumeName name, boolean force, Instant now) {
    tx.lockVolumes(actor.workspace(), Set.of(name), Tx.LockKind.EXCLUSIVE);
    Volume volume = find(tx, actor.workspace(), name);
    List<String> holders = tx.holds().holders(actor.workspace(), name, HOLDERS_NAMED);
    if (!holders.isEmpty() && !force) {
      throw inUse(name, holders);
    }
    VolumeSweep.delete(tx, volume);
    tx.audit()
        .append(
            AuditRow.ok(now, actor, "volume.delete", name.value())
                .withDetail(holders.isEmpty() ? "" : "forced over " + String.join(" ", holders)));
    return new Deleted(volume, holders);
  }

  /**
   * Keeps a leased volume for another while.
   *
   * @throws RefusedException VOLUME_NOT_FOUND; VOLUME_INCOMPATIBLE where it is not leased
   */
  public Detail renew(Actor actor, VolumeName name) {
    Instant now = now();
    try {
      return store.write(tx -> renew(tx, actor.workspace(), name, now));
    } catch (RuntimeException e) {
      if (!isOwnFault(e)) {
        sweep.renewalFailed();
      }
      throw e;
    }
  }

  private Detail renew(Tx tx, String workspace, VolumeName name, Instant now) {
    tx.lockVolumes(workspace, Set.of(name), Tx.LockKind.EXCLUSIVE);
    Volume volume = find(tx, workspace, name);
    VolumeLease lease = volume.lease();
    if (lease == null) {
      throw VolumeRules.notLeased(volume);
    }
    Volume leased = volume.leased(lease.renewed(now));
    tx.volumes().lease(leased);
    return detail(tx, leased);
  }

  private static boolean isOwnFault(RuntimeException failure) {
    return failure instanceof RefusedException refused
        && (refused.reason() == Reason.VOLUME_NOT_FOUND
            || refused.reason() == Reason.VOLUME_INCOMPATIBLE);
  }

  /**
   * The volume of a name.
   *
   * @throws RefusedException VOLUME_NOT_FOUND, with {@code name}, where there is none such
   */
  private static Volume find(Tx tx, String workspace, VolumeName name) {
    return tx.volumes()
        .find(workspace, name)
        .orElseThrow(() -> missing(Reason.VOLUME_NOT_FOUND, name));
  }

  /** Says that a volume is not there. */
  public static RefusedException missing(Reason reason, VolumeName name) {
    return new RefusedException(
            reason,
            "There is no volume named \""
                + name
                + "\". Make it with \"satchel volume create "
                + name
                + "\"; \"satchel volume list\" shows those that there are.")
        .with("name", name.value());
  }

  /** What a path of a volume stands for. */
  public VolumeFiles.Kind kindOf(Actor actor, VolumeName name, String path) {
    return files(actor, name, path).kindOf(path);
  }

  /** What is in a directory of a volume, as {@link VolumeFiles#list}. */
  public List<VolumeFiles.Item> list(
      Actor actor, VolumeName name, String path, String after, int limit) {
    return files(actor, name, path).list(path, after, limit);
  }

  /** Reads a file of a volume, as {@link VolumeFiles#read}. */
  public void read(Actor actor, VolumeName name, String path, VolumeFiles.Sink to)
      throws IOException {
    files(actor, name, path).read(path, to);
  }

  /**
   * Writes a file of a volume, as {@link VolumeFiles#write}.
   *
   * @throws RefusedException VOLUME_NOT_FOUND, also where it is deleted while it is written to
   */
  public VolumeFiles.Content write(
      Actor actor,
      VolumeName name,
      String path,
      InputStream bytes,
      long maxBytes,
      @Nullable String sha256)
      throws IOException {
    Volume volume = reached(actor, name, path);
    VolumeFiles.Content written =
        writes.write(volume, maxBytes, (files, most) -> files.write(path, bytes, most, sha256));
    recorded(actor, name, "volume.file_write", path);
    return written;
  }

  /**
   * Copies a file of a volume to a place of it or of another, as {@link VolumeFiles#write}.
   *
   * @param target the volume that it is copied to
   * @throws RefusedException VOLUME_FILE_CONFLICT where one of them is a directory, and where the
   *     file changes while it is copied; INVALID
   */
  public VolumeFiles.Content copy(
      Actor actor, VolumeName name, String path, VolumeName target, String to, long maxBytes)
      throws IOException {
    VolumeFiles source = files(actor, name, path);
    Volume sink = reached(actor, target, to);
    requireFile(path, to);
    VolumeFiles.Content written =
        writes.write(sink, maxBytes, (files, most) -> FileCopy.copy(source, path, files, to, most));
    recorded(actor, target, "volume.file_write", to);
    return written;
  }

  private static void requireFile(String from, String to) {
    if (from.isEmpty()) {
      throw new RefusedException(
          Reason.VOLUME_FILE_CONFLICT,
          "A volume as a whole is no file: list what is in it, and copy each file.");
    }
    if (to.isEmpty()) {
      throw RefusedException.invalid("to", "to is missing: it names the file that is written.");
    }
  }

  /** Removes what is at a path of a volume, as {@link VolumeFiles#remove}. */
  public void remove(Actor actor, VolumeName name, String path, boolean all) {
    files(actor, name, path).remove(path, all);
    recorded(actor, name, "volume.file_delete", path);
  }

  private void recorded(Actor actor, VolumeName name, String action, String path) {
    AuditRow row = AuditRow.ok(now(), actor, action, name.value()).withDetail("path " + path);
    boolean _ =
        store.write(
            tx -> {
              tx.audit().append(row);
              return true;
            });
  }

  private VolumeFiles files(Actor actor, VolumeName name, String path) {
    return driver.files(reached(actor, name, path).data());
  }

  /** The volume of a name, whose files this server can reach. */
  private Volume reached(Actor actor, VolumeName name, String path) {
    Volume volume = store.read(tx -> find(tx, actor.workspace(), name));
    if (!path.isEmpty()) {
      VolumeRules.checkInnerPath("path", path);
    }
    if (volume.backend() == Backend.VAST_LOCAL && volume.machineId() == null) {
      throw new RefusedException(
              Reason.VOLUME_UNREACHABLE,
              "The volume \""
                  + name
                  + "\" is on no machine yet: the first workload that mounts it binds it to one, and"
                  + " its files can be reached from then on.")
          .with("name", name.value());
    }
    VolumeRules.unreachable(volume, driver)
        .ifPresent(
            refusal -> {
              throw refusal;
            });
    return volume;
  }

  private static RefusedException inUse(VolumeName name, List<String> holders) {
    return new RefusedException(
            Reason.VOLUME_IN_USE,
            "The volume \""
                + name
                + "\" is used by workloads that have not ended: "
                + String.join(", ", holders)
                + ". End them (satchel terminate "
                + String.join(" ", holders)
                + "), or delete with force (satchel volume delete "
                + name
                + " --force): what runs keeps it until it ends, the next start fails.")
        .with("name", name.value())
        .with("workload_ids", holders);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
