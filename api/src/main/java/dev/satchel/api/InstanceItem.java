package dev.satchel.api;

import java.time.Instant;

/**
 * How a version of an application is run.
 *
 * @param versionId empty for the newest push
 * @param locked whether it can be neither changed nor deleted
 */
public record InstanceItem(
    String id,
    String applicationId,
    String versionId,
    String name,
    String description,
    ConfigurationItem configuration,
    boolean locked,
    Instant createdAt,
    Instant updatedAt) {}
