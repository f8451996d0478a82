package dev.satchel.sdk;

import dev.satchel.api.VolumeDeleted;
import java.util.List;

/**
 * What became of a delete of a {@link Volume}.
 *
 * @param name of the volume
 * @param volumeId which none made later under its name has
 * @param workloadIds the workloads that a forced delete passed over; empty otherwise
 */
public record VolumeResponse(String name, String volumeId, List<String> workloadIds) {
  /** Copies what it is given. */
  public VolumeResponse {
    workloadIds = List.copyOf(workloadIds);
  }

  static VolumeResponse of(VolumeDeleted deleted) {
    return new VolumeResponse(deleted.name(), deleted.volumeId(), deleted.workloadIds());
  }
}
