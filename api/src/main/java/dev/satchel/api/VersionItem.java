package dev.satchel.api;

import java.time.Instant;

/** Code of an application as it was pushed once. */
public record VersionItem(
    String id,
    String applicationId,
    String name,
    String description,
    ExecutableItem executable,
    Instant createdAt,
    Instant updatedAt) {}
