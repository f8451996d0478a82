package dev.satchel.core.application;

import java.time.Instant;

/**
 * A version with how it is run.
 *
 * @param version the version's id; empty for a reserved instance, which runs the newest push
 * @param locked whether it can be neither changed nor deleted
 */
public record Instance(
    ApplicationId application,
    PartId id,
    String workspace,
    String version,
    String name,
    String description,
    InstanceConfiguration configuration,
    boolean locked,
    Instant createdAt,
    Instant updatedAt)
    implements Part {
  Instance locked(boolean isLocked, Instant at) {
    return new Instance(
        application,
        id,
        workspace,
        version,
        name,
        description,
        configuration,
        isLocked,
        createdAt,
        at);
  }

  Instance changed(
      About about, String newVersion, InstanceConfiguration newConfiguration, Instant at) {
    return new Instance(
        application,
        id,
        workspace,
        newVersion,
        about.nameOr(name),
        about.descriptionOr(description),
        newConfiguration,
        locked,
        createdAt,
        at);
  }

  boolean isLike(Instance other) {
    return version.equals(other.version)
        && name.equals(other.name)
        && description.equals(other.description)
        && configuration.equals(other.configuration);
  }
}
