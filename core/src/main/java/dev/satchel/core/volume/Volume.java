package dev.satchel.core.volume;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Named storage.
 *
 * @param id random, never used again: one made anew under an old name has another
 * @param sizeGb in units of 10^9 bytes; null where none was asked for
 * @param mountPathDefault where it is mounted by whoever does not say; null where they must
 * @param geolocation where its data may lie, by hosts' labels; empty for anywhere
 * @param machineId the one machine that has it; null for a {@code cloud_bucket}, and until the
 *     first placement
 * @param lease null where it stays until it is deleted
 * @param store where its data lies
 */
public record Volume(
    String id,
    String workspace,
    VolumeName name,
    Backend backend,
    @Nullable Integer sizeGb,
    @Nullable String mountPathDefault,
    List<String> geolocation,
    @Nullable String machineId,
    Instant createdAt,
    Instant updatedAt,
    @Nullable VolumeLease lease,
    StorePlace store) {
  public Volume {
    geolocation = List.copyOf(geolocation);
  }

  /** One on disk that stays until it is deleted. */
  public Volume(
      String id,
      String workspace,
      VolumeName name,
      Backend backend,
      @Nullable Integer sizeGb,
      @Nullable String mountPathDefault,
      List<String> geolocation,
      @Nullable String machineId,
      Instant createdAt,
      Instant updatedAt) {
    this(
        id,
        workspace,
        name,
        backend,
        sizeGb,
        mountPathDefault,
        geolocation,
        machineId,
        createdAt,
        updatedAt,
        null,
        StorePlace.DISK);
  }

  static Volume of(
      String id,
      String workspace,
      VolumeName name,
      VolumeRequest asked,
      StorePlace store,
      Instant now) {
    return new Volume(
        id,
        workspace,
        name,
        asked.backend(),
        asked.sizeGb(),
        asked.mountPathDefault(),
        asked.geolocation(),
        null,
        now,
        now,
        asked.leaseS() == null ? null : VolumeLease.from(now, asked.leaseS()),
        store);
  }

  /** Where its data is. */
  public VolumeData data() {
    return new VolumeData(
        id, store, machineId == null ? null : new VolumeHome(workspace, machineId));
  }

  /** The same, on the machine on which it is from now on. */
  public Volume boundTo(String machine, Instant now) {
    return new Volume(
        id,
        workspace,
        name,
        backend,
        sizeGb,
        mountPathDefault,
        geolocation,
        machine,
        createdAt,
        now,
        lease,
        store);
  }

  /** The same, leased for another while. */
  public Volume leased(VolumeLease other) {
    return new Volume(
        id,
        workspace,
        name,
        backend,
        sizeGb,
        mountPathDefault,
        geolocation,
        machineId,
        createdAt,
        updatedAt,
        other,
        store);
  }
}
