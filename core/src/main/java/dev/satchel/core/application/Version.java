package dev.satchel.core.application;

import java.time.Instant;

/** An executable that was frozen under an id. Only its name and description change. */
public record Version(
    ApplicationId application,
    PartId id,
    String workspace,
    String name,
    String description,
    Executable executable,
    Instant createdAt,
    Instant updatedAt)
    implements Part {
  Version described(About about, Instant at) {
    return new Version(
        application,
        id,
        workspace,
        about.nameOr(name),
        about.descriptionOr(description),
        executable,
        createdAt,
        at);
  }
}
