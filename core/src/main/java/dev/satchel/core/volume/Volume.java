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
    Instant updatedAt) {
  public Volume {
    geolocation = List.copyOf(geolocation);
  }

  static Volume of(String id, String workspace, VolumeName name, VolumeRequest asked, Instant now) {
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
        now);
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
        now);
  }
}
