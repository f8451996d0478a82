package dev.satchel.core.application;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A decision model.
 *
 * @param type {@code custom} or {@code pipeline}
 * @param defaultInstance which instance runs where none is named; empty for the newest push
 * @param development what was pushed last; null until something is
 */
public record Application(
    ApplicationId id,
    String workspace,
    String name,
    String description,
    String type,
    String defaultInstance,
    String defaultExperimentInstance,
    @Nullable Executable development,
    Instant createdAt,
    Instant updatedAt) {
  public static final String CUSTOM = "custom";
  public static final String PIPELINE = "pipeline";

  Application described(About about, String newDefault, String newExperimentDefault, Instant at) {
    return new Application(
        id,
        workspace,
        about.nameOr(name),
        about.descriptionOr(description),
        type,
        newDefault,
        newExperimentDefault,
        development,
        createdAt,
        at);
  }

  /** The same after a push: the newest code becomes what runs where nothing else was chosen. */
  Application pushed(Executable executable) {
    return new Application(
        id,
        workspace,
        name,
        description,
        type,
        defaultInstance.isEmpty() ? ReservedInstances.LATEST : defaultInstance,
        defaultExperimentInstance,
        executable,
        createdAt,
        executable.uploadedAt());
  }
}
