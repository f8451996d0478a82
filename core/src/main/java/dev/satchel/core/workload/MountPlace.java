package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.MountRequest;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeDriver;
import dev.satchel.core.volume.VolumeMount;
import dev.satchel.core.volume.VolumeRequest;
import dev.satchel.core.volume.VolumeRules;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A host, as what may be mounted there goes by it. The server's machine has directories and what
 * the server mounts; every other has only what its own engine keeps, which are {@code vast_local}
 * volumes.
 *
 * @param address of its engine; null for the server's own
 * @param machine which it is, where it is another than the server's and that is known; else null
 */
record MountPlace(@Nullable EngineAddress address, @Nullable String machine) {
  private boolean isElsewhere() {
    return address != null && !address.isOfThisMachine();
  }

  /**
   * The refusal of the first mount that this host cannot have.
   *
   * @param volumes those that there are of the mounts'
   * @param server null where the server has no volumes
   */
  Optional<RefusedException> refusal(
      List<MountRequest> mounts, List<Volume> volumes, @Nullable VolumeDriver server) {
    return mounts.stream()
        .flatMap(
            mount ->
                switch (mount) {
                  case BucketMount bucket -> refusal(bucket).stream();
                  case VolumeMount volume -> refusal(volume, volumes, server).stream();
                })
        .findFirst();
  }

  private Optional<RefusedException> refusal(BucketMount mount) {
    return isElsewhere()
        ? Optional.of(serverMounts("the bucket at " + mount.path()))
        : Optional.empty();
  }

  private Optional<RefusedException> refusal(
      VolumeMount mount, List<Volume> volumes, @Nullable VolumeDriver server) {
    Optional<Volume> found =
        volumes.stream().filter(it -> it.name().equals(mount.volume())).findFirst();
    Optional<RefusedException> bound = found.flatMap(volume -> boundElsewhere(volume, server));
    if (bound.isPresent() || !isElsewhere()) {
      return bound;
    }
    VolumeRequest create = mount.create();
    Backend backend = found.map(Volume::backend).orElse(create == null ? null : create.backend());
    if (backend == Backend.CLOUD_BUCKET) {
      return Optional.of(
          serverMounts("the cloud_bucket volume \"" + mount.volume() + "\"" + at(mount)));
    }
    return mount.subdirectory().isEmpty() ? Optional.empty() : Optional.of(onlyWhole(mount));
  }

  private Optional<RefusedException> boundElsewhere(Volume volume, @Nullable VolumeDriver server) {
    if (server == null) {
      return Optional.empty();
    }
    if (isElsewhere() && machine == null) { // Whichever it is, it is not the server's.
      return server.machine().equals(volume.machineId())
          ? VolumeRules.unreachable(volume, server, String.valueOf(address))
          : Optional.empty();
    }
    String here = isElsewhere() ? String.valueOf(machine) : server.machine();
    return VolumeRules.unreachable(volume, server, here);
  }

  /** Whether it is known to be the machine that alone has one of these volumes. */
  boolean hasOne(List<Volume> volumes) {
    return machine != null && volumes.stream().anyMatch(it -> machine.equals(it.machineId()));
  }

  private static String at(VolumeMount mount) {
    return mount.path() == null ? "" : " at " + mount.path();
  }

  private RefusedException serverMounts(String what) {
    return new RefusedException(
            Reason.UNSUPPORTED,
            "The host "
                + address
                + " cannot have "
                + what
                + ": buckets are mounted by the server, on its own machine alone, and an rclone on"
                + " that host is not used. Run the job on this server's own engine (leave credentials"
                + " out), mount a vast_local volume there, or let the job itself fetch what it needs.")
        .with("field", "mounts");
  }

  private RefusedException onlyWhole(VolumeMount mount) {
    return new RefusedException(
            Reason.UNSUPPORTED,
            "The host "
                + address
                + " mounts the volume \""
                + mount.volume()
                + "\" as a whole: leave its subdirectory "
                + mount.subdirectory()
                + " out, and let the job go there.")
        .with("field", "mounts");
  }
}
