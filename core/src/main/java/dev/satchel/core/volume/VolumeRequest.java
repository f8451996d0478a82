package dev.satchel.core.volume;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a volume is to be.
 *
 * @param sizeGb in units of 10^9 bytes; null where none is asked for
 * @param mountPathDefault where it is mounted by whoever does not say; null where they must
 * @param geolocation where its data may lie, by hosts' labels; empty for anywhere
 * @param leaseS for how many seconds it stays after it was last asked for; null where it stays
 *     until it is deleted
 */
public record VolumeRequest(
    Backend backend,
    @Nullable Integer sizeGb,
    @Nullable String mountPathDefault,
    List<String> geolocation,
    @Nullable Integer leaseS) {
  public VolumeRequest {
    geolocation = List.copyOf(geolocation);
  }

  /** One that stays until it is deleted. */
  public VolumeRequest(
      Backend backend,
      @Nullable Integer sizeGb,
      @Nullable String mountPathDefault,
      List<String> geolocation) {
    this(backend, sizeGb, mountPathDefault, geolocation, null);
  }
}
