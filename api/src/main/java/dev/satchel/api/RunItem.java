package dev.satchel.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run in a list.
 *
 * @param userEmail who asked for it: the name of a token
 * @param inputId the managed input that it was given; null for another
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
    @Nullable String inputId,
    String statusV2) {}
