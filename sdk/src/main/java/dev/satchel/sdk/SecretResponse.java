package dev.satchel.sdk;

import dev.satchel.api.SecretDeleted;
import java.util.List;

/**
 * What became of a delete of a {@link Secret}.
 *
 * @param name of the bundle
 * @param id of the bundle, which none made later under its name has
 * @param revision the last one that it had
 * @param workloadIds the workloads that a forced delete passed over; empty otherwise
 */
public record SecretResponse(String name, String id, long revision, List<String> workloadIds) {
  /** Copies what it is given. */
  public SecretResponse {
    workloadIds = List.copyOf(workloadIds);
  }

  static SecretResponse of(SecretDeleted deleted) {
    return new SecretResponse(
        deleted.name(), deleted.id(), deleted.revision(), deleted.workloadIds());
  }
}
