package dev.satchel.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An input that is kept for runs to come, without what is in it.
 *
 * @param uploadId what it was made of; null where that was a run's input
 * @param runId the run whose input it was made of; null where it was sent
 */
public record ManagedInputItem(
    String id,
    String applicationId,
    String name,
    String description,
    @Nullable String uploadId,
    @Nullable String runId,
    RunFormat format,
    Instant createdAt,
    Instant updatedAt) {}
