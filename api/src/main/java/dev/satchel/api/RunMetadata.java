package dev.satchel.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a run stands.
 *
 * @param duration milliseconds since it was asked for, or until its end
 * @param executionDuration milliseconds that the program ran
 * @param error why it failed; empty where it did not
 * @param inputSize in bytes
 * @param outputSize in bytes; 0 until it has ended
 * @param secretsCollectionId null for none
 * @param statusV2 {@code queued}, {@code running}, {@code succeeded}, {@code failed} or {@code
 *     canceled}
 */
public record RunMetadata(
    String applicationId,
    String applicationInstanceId,
    String applicationVersionId,
    Instant createdAt,
    double duration,
    double executionDuration,
    String error,
    RunFormat format,
    long inputSize,
    long outputSize,
    String executionClass,
    String runtime,
    @Nullable String secretsCollectionId,
    String statusV2) {}
