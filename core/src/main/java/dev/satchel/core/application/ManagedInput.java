package dev.satchel.core.application;

import java.time.Instant;

/**
 * An input that is kept for runs to come. Only its name and description change.
 *
 * @param format of the input, and what a run given it is to put out
 * @param file names what was kept of it
 * @param upload the id of the upload that it was made of; empty for none
 * @param run the id of the run whose input it was made of; empty for none
 */
public record ManagedInput(
    ApplicationId application,
    PartId id,
    String workspace,
    String name,
    String description,
    InstanceConfiguration.Format format,
    String file,
    String upload,
    String run,
    Instant createdAt,
    Instant updatedAt)
    implements Part {
  ManagedInput described(About about, Instant at) {
    return new ManagedInput(
        application,
        id,
        workspace,
        about.nameOr(name),
        about.descriptionOr(description),
        format,
        file,
        upload,
        run,
        createdAt,
        at);
  }
}
