package dev.satchel.core.workload;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.bucket.BucketRules;
import dev.satchel.core.store.Tx;
import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.MountRequest;
import dev.satchel.core.volume.StorePlace;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeDriver;
import dev.satchel.core.volume.VolumeMount;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.VolumeRequest;
import dev.satchel.core.volume.VolumeRules;
import dev.satchel.core.volume.Volumes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a workload's mounts come to, as they stand in one unit of work. */
final class WorkloadMounts {
  static final int MOUNTS_MAX = 16;

  private WorkloadMounts() {}

  /** Refuses mounts of the wrong form, whatever there is. */
  static void check(List<MountRequest> mounts) {
    if (mounts.size() > MOUNTS_MAX) {
      throw RefusedException.invalid("mounts", "A workload has at most " + MOUNTS_MAX + " mounts.");
    }
    for (int i = 0; i < mounts.size(); i++) {
      String at = "mounts[" + i + "].";
      String path = mounts.get(i).path();
      if (path != null) {
        VolumeRules.checkMountPath(at + "path", path);
      }
      switch (mounts.get(i)) {
        case VolumeMount volume -> check(at, volume);
        case BucketMount bucket -> BucketRules.check(at + "bucket.", bucket.bucket());
      }
    }
    checkApart(mounts);
  }

  private static void check(String at, VolumeMount mount) {
    if (!mount.subdirectory().isEmpty()) {
      VolumeRules.checkInnerPath(at + "subdirectory", mount.subdirectory());
    }
    if (mount.create() != null) {
      VolumeRules.check(at + "create.", mount.create());
    }
  }

  /** A mount within another would be a directory in that one's volume or bucket. */
  private static void checkApart(List<MountRequest> mounts) {
    for (int i = 0; i < mounts.size(); i++) {
      String path = mounts.get(i).path();
      for (int j = 0; j < mounts.size(); j++) {
        String other = mounts.get(j).path();
        if (i != j && path != null && other != null && VolumeRules.isWithin(path, other)) {
          throw RefusedException.invalid(
              "mounts[" + i + "].path",
              "mounts["
                  + i
                  + "].path, "
                  + path
                  + ", is at or below "
                  + other
                  + ", where something else is mounted; choose a place beside it.");
        }
      }
    }
  }

  /**
   * The same mounts with the path of each.
   *
   * @throws RefusedException VOLUME_MISSING or VOLUME_INCOMPATIBLE with {@code name}; INVALID where
   *     a mount has no path, or where two meet
   */
  static List<MountRequest> resolved(Tx tx, String workspace, List<MountRequest> mounts) {
    List<MountRequest> resolved = new ArrayList<>();
    for (int i = 0; i < mounts.size(); i++) {
      resolved.add(
          switch (mounts.get(i)) {
            case VolumeMount volume -> resolved(tx, workspace, "mounts[" + i + "].", volume);
            case BucketMount bucket -> bucket;
          });
    }
    checkApart(resolved);
    return resolved;
  }

  private static VolumeMount resolved(Tx tx, String workspace, String at, VolumeMount mount) {
    VolumeRequest create = mount.create();
    Volume volume = tx.volumes().find(workspace, mount.volume()).orElse(null);
    if (volume == null && create == null) {
      throw missing(mount.volume());
    }
    String path = mount.path();
    if (path == null) {
      path = volume != null ? volume.mountPathDefault() : pathOf(create);
    }
    if (path == null) {
      throw RefusedException.invalid(
              at + "path",
              "The volume \""
                  + mount.volume()
                  + "\" has no mount_path_default, so the mount must say its path.")
          .with("name", mount.volume().value());
    }
    return new VolumeMount(
        mount.volume(), path, mount.readOnly(), mount.subdirectory(), mount.create(), mount.sync());
  }

  private static @Nullable String pathOf(@Nullable VolumeRequest create) {
    return create == null ? null : create.mountPathDefault();
  }

  private static RefusedException missing(VolumeName name) {
    return Volumes.missing(Reason.VOLUME_MISSING, name);
  }

  /** The volumes that are there of those that a workload mounts, by name, each once. */
  static List<Volume> found(Tx tx, String workspace, WorkloadSpec spec) {
    return spec.volumeNames().stream()
        .flatMap(name -> tx.volumes().find(workspace, name).stream())
        .toList();
  }

  /** The refusal of what a host cannot have of a workload's mounts. */
  static Optional<RefusedException> misplaced(
      Tx tx, String workspace, WorkloadSpec spec, MountPlace place, @Nullable VolumeDriver driver) {
    return place.refusal(spec.mounts(), found(tx, workspace, spec), driver);
  }

  /**
   * The volume, if any, that a workload names and that is not there, or cannot serve it anywhere.
   *
   * @param driver null where this server has no volumes
   */
  static Optional<RefusedException> unusable(
      Tx tx, String workspace, WorkloadSpec spec, @Nullable VolumeDriver driver) {
    if (spec.volumeMounts().isEmpty()) {
      return Optional.empty();
    }
    if (driver == null) {
      return Optional.of(unsupported());
    }
    VolumeName local = null;
    for (VolumeMount mount : spec.volumeMounts()) {
      VolumeName name = mount.volume();
      VolumeRequest create = mount.create();
      Volume volume = tx.volumes().find(workspace, name).orElse(null);
      if (volume == null && create == null) {
        return Optional.of(missing(name));
      }
      Optional<RefusedException> refusal =
          volume == null ? Optional.empty() : unusable(volume, create, driver);
      if (refusal.isPresent()) {
        return refusal;
      }
      if (isLocal(volume, create) && local != null && !local.equals(name)) {
        return Optional.of(twoLocal(local, name));
      }
      local = isLocal(volume, create) ? name : local;
    }
    return Optional.empty();
  }

  private static Optional<RefusedException> unusable(
      Volume volume, @Nullable VolumeRequest create, VolumeDriver driver) {
    return VolumeRules.inAnotherStore(volume, driver)
        .or(() -> create == null ? Optional.empty() : VolumeRules.incompatible(volume, create));
  }

  private static boolean isLocal(@Nullable Volume volume, @Nullable VolumeRequest create) {
    Backend backend = volume != null ? volume.backend() : create != null ? create.backend() : null;
    return backend == Backend.VAST_LOCAL;
  }

  private static RefusedException twoLocal(VolumeName one, VolumeName other) {
    return RefusedException.invalid(
            "mounts",
            "A workload mounts at most one vast_local volume, and this one names \""
                + one
                + "\" and \""
                + other
                + "\".")
        .with("name", other.value());
  }

  /** The places of a spec's mounts, as far as they are known. */
  static List<String> paths(WorkloadSpec spec) {
    List<String> paths = new ArrayList<>();
    for (MountRequest mount : spec.mounts()) {
      if (mount.path() != null) {
        paths.add(mount.path());
      }
    }
    return paths;
  }

  /** Those of its volumes that lie in an object store, or will. */
  static List<VolumeMount> stored(
      Tx tx, String workspace, List<VolumeMount> mounts, VolumeDriver driver) {
    List<VolumeMount> stored = new ArrayList<>();
    for (VolumeMount mount : mounts) {
      VolumeRequest create = mount.create();
      Volume volume = tx.volumes().find(workspace, mount.volume()).orElse(null);
      boolean onDisk =
          volume != null
              ? volume.data().isOnDisk()
              : create == null || driver.storeFor(create.backend()).isDisk();
      if (!onDisk) {
        stored.add(mount);
      }
    }
    return stored;
  }

  static RefusedException unsupported() {
    return new RefusedException(Reason.UNSUPPORTED, "This server has no volumes.")
        .with("field", "mounts");
  }

  /** The spec as it is kept: by then, its volumes are there. */
  static WorkloadSpec withoutCreates(WorkloadSpec spec) {
    List<MountRequest> mounts = new ArrayList<>();
    for (MountRequest mount : spec.mounts()) {
      if (mount.path() != null) {
        mounts.add(
            switch (mount) {
              case VolumeMount volume -> volume.at(mount.path());
              case BucketMount bucket -> bucket;
            });
      }
    }
    return spec.withMounts(mounts);
  }

  /** Ids for the volumes that a submit may make, which are chosen before its unit of work. */
  static Map<VolumeName, String> newIds(List<VolumeMount> mounts) {
    Map<VolumeName, String> ids = new HashMap<>();
    for (VolumeMount mount : mounts) {
      if (mount.create() != null) {
        ids.putIfAbsent(mount.volume(), RandomIds.longId());
      }
    }
    return ids;
  }

  /**
   * Locks a workload's volumes, makes those that a mount creates, and holds all of them; whether
   * they serve is the caller's to ask before it goes on.
   */
  static void hold(
      Tx tx,
      Actor actor,
      String workloadId,
      List<VolumeMount> mounts,
      Map<VolumeName, String> newIds,
      @Nullable VolumeDriver driver,
      Instant now) {
    Set<VolumeName> names = new TreeSet<>();
    mounts.forEach(mount -> names.add(mount.volume()));
    if (names.isEmpty()) {
      return;
    }
    tx.lockVolumes(
        actor.workspace(), names, newIds.isEmpty() ? Tx.LockKind.SHARED : Tx.LockKind.EXCLUSIVE);
    for (VolumeMount mount : mounts) {
      VolumeRequest create = mount.create();
      String id = newIds.get(mount.volume());
      if (create != null && id != null && driver != null) {
        StorePlace place = driver.storeFor(create.backend());
        var _ = Volumes.ensure(tx, actor, mount.volume(), create, id, place, now);
      }
    }
    names.forEach(name -> tx.holds().hold(actor.workspace(), name, workloadId));
  }

  /**
   * Takes a workload's volumes for an attempt that is claimed.
   *
   * @return why it must wait, where it must: then nothing is taken
   */
  static Optional<String> attach(Tx tx, Workload workload, AttemptId attempt) {
    WorkloadSpec spec = workload.spec();
    if (spec.volumeMounts().isEmpty()) {
      return Optional.empty();
    }
    tx.lockVolumes(workload.workspace(), Set.copyOf(spec.volumeNames()), Tx.LockKind.EXCLUSIVE);
    List<Volume> volumes = found(tx, workload.workspace(), spec);
    for (Volume volume : volumes) {
      if (volume.backend() == Backend.VAST_LOCAL) {
        List<String> others = tx.volumes().attachedToOthers(volume.id(), workload.id());
        if (!others.isEmpty()) {
          return Optional.of(
              "It waits for the volume \""
                  + volume.name()
                  + "\", which one workload has at a time: "
                  + others.getFirst()
                  + " has it now.");
        }
      }
    }
    volumes.forEach(volume -> tx.volumes().attach(volume.id(), workload.id(), attempt.number()));
    return Optional.empty();
  }

  /**
   * The volumes that were taken for an attempt.
   *
   * @throws RefusedException VOLUME_MISSING where one was deleted since, whatever has its name now
   */
  static List<Volume> taken(Tx tx, Workload workload, AttemptId attempt) {
    List<String> ids = tx.volumes().attachedTo(attempt.workload(), attempt.number());
    List<Volume> found = found(tx, workload.workspace(), workload.spec());
    for (Volume volume : found) {
      if (!ids.contains(volume.id())) {
        throw missing(volume.name());
      }
    }
    return found;
  }

  /**
   * Binds what no machine has yet to the one on which an attempt is about to start.
   *
   * @throws RefusedException VOLUME_UNREACHABLE where another machine has it by now
   */
  static void bind(
      Tx tx, Workload workload, @Nullable VolumeDriver driver, Placement on, Instant now) {
    List<Volume> found = found(tx, workload.workspace(), workload.spec());
    if (driver == null || found.isEmpty()) {
      return;
    }
    String machine = on.isElsewhere() ? on.engine().host() : driver.machine();
    for (Volume volume : found) {
      VolumeRules.unreachable(volume, driver, machine)
          .ifPresent(
              refusal -> {
                throw refusal;
              });
      if (volume.backend() == Backend.VAST_LOCAL && volume.machineId() == null) {
        tx.volumes().bind(volume.boundTo(machine, now));
        tx.audit()
            .append(
                AuditRow.ok(
                        now,
                        Actor.satchel(workload.workspace()),
                        "volume.bind",
                        volume.name().value())
                    .withDetail("machine " + machine));
      }
    }
  }

  /**
   * The directories of an attempt's mounts that are on disk, which are made where they are not
   * there; and all of them have room for what is written there.
   */
  static List<Mount> open(WorkloadSpec spec, List<Volume> volumes, @Nullable VolumeDriver driver) {
    List<Mount> mounts = new ArrayList<>();
    for (VolumeMount mount : spec.volumeMounts()) {
      if (driver == null) {
        throw unsupported();
      }
      Volume volume = of(mount, volumes);
      if (volume.backend() == Backend.VAST_LOCAL && volume.machineId() == null) {
        driver.requireRoom(volume);
      }
      if (!mount.readOnly()) {
        VolumeRules.full(Reason.MOUNT_FAILED, volume, driver)
            .ifPresent(
                refusal -> {
                  throw refusal;
                });
      }
      if (volume.data().isOnDisk()) {
        Path source = driver.open(volume.data(), mount.subdirectory());
        mounts.add(new Mount(source, String.valueOf(mount.path()), mount.readOnly()));
      }
    }
    return mounts;
  }

  /** Its mounts of volumes that the engine of another machine keeps. */
  static List<HostMount> onHost(WorkloadSpec spec, List<Volume> volumes) {
    List<HostMount> mounts = new ArrayList<>();
    for (VolumeMount mount : spec.volumeMounts()) {
      Volume volume = of(mount, volumes);
      mounts.add(
          new HostMount(
              volume.workspace(), volume.id(), String.valueOf(mount.path()), mount.readOnly()));
    }
    return mounts;
  }

  /** The volume of a mount. */
  static Volume of(VolumeMount mount, List<Volume> found) {
    return found.stream().filter(it -> it.name().equals(mount.volume())).findFirst().orElseThrow();
  }
}
