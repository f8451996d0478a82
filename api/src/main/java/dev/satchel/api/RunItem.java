package dev.satchel.api;

import java.time.Instant;

/**
 * A run in a list.
 *
 * @param userEmail who asked for it: the name of a token
 * @param statusV2 {@code queued}, {@code running}, {@code succeeded}, {@code failed} or {@code
 *     canceled}
 */
public record RunItem(
    String id,
    String name,
    String description,
    String userEmail,
    String applicationId,
    String applicationInstanceId,
    String applicationVersionId,
    String executionClass,
    String runtime,
    Instant createdAt,
    String statusV2) {}
