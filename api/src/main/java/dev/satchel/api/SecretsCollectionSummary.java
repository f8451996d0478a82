package dev.satchel.api;

import java.time.Instant;

/** All that is told of a secrets collection to whoever may not read its values. */
public record SecretsCollectionSummary(
    String id,
    String applicationId,
    String name,
    String description,
    Instant createdAt,
    Instant updatedAt) {}
