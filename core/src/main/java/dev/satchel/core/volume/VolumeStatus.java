package dev.satchel.core.volume;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a volume stands. */
public enum VolumeStatus {
  /** No machine has it yet. */
  RESERVED,
  /** It can be used from anywhere. */
  READY,
  /** One machine has it. */
  BOUND,
  /** Workloads that have not ended hold it. */
  IN_USE,
  /** The machine or the object store that has it is not this server's. */
  UNREACHABLE,
  /** It is deleted, and its data is there yet. */
  DELETING;

  private static final String SIZE =
      "Its size is looked at before a file is put and before a job starts, and not while a job"
          + " writes.";

  /** As users read it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A status, and why. */
  public record Reasoned(VolumeStatus status, String reason) {}

  /**
   * @param mounted the workloads whose attempts have it mounted
   */
  static Reasoned ofDeleted(List<String> mounted) {
    return new Reasoned(
        DELETING,
        mounted.isEmpty()
            ? "It is deleted; its files are being removed."
            : "It is deleted; its files go when those end that have it mounted: " + first(mounted));
  }

  private static String first(List<String> workloads) {
    return String.join(", ", workloads.subList(0, Math.min(3, workloads.size())))
        + (workloads.size() > 3 ? " and " + (workloads.size() - 3) + " more." : ".");
  }

  /** One that another machine has. */
  private static Reasoned ofHost(
      String machine, Optional<HostVolumes.Where> where, List<String> holders) {
    if (where.isEmpty()) {
      return new Reasoned(
          UNREACHABLE,
          "Its data is on the machine " + machine + ", which cannot be reached from here.");
    }
    String host = "Its data is on the host " + where.get().name();
    if (!where.get().answers()) {
      return new Reasoned(UNREACHABLE, host + ", which does not answer now.");
    }
    String there =
        host + ", where its size is not enforced and its files are not reached from here.";
    return holders.isEmpty()
        ? new Reasoned(BOUND, there + " Workloads that mount it run there alone.")
        : new Reasoned(IN_USE, there + " Workloads that have not ended hold it: " + first(holders));
  }

  static Reasoned of(Volume volume, List<String> holders, VolumeDriver driver) {
    String bound = volume.machineId();
    if (bound != null && !bound.equals(driver.machine())) {
      return ofHost(bound, driver.whereIs(bound), holders);
    }
    if (!driver.reaches(volume.data())) {
      return new Reasoned(
          UNREACHABLE,
          "Its data is in the object store "
              + volume.store()
              + ", which this server was started without.");
    }
    if (!holders.isEmpty()) {
      return new Reasoned(IN_USE, "Workloads that have not ended hold it: " + first(holders));
    }
    return switch (volume.backend()) {
      case VAST_LOCAL ->
          bound == null
              ? new Reasoned(
                  RESERVED,
                  "No workload was placed with it yet; the first binds it to its machine. " + SIZE)
              : new Reasoned(BOUND, "Workloads that mount it run on its machine alone. " + SIZE);
      case CLOUD_BUCKET ->
          new Reasoned(
              READY, volume.sizeGb() == null ? "It can be mounted." : "It can be mounted. " + SIZE);
    };
  }
}
