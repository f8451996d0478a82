package dev.satchel.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One start of a workload.
 *
 * @param number counts from 1 within its workload
 * @param reason why it stands where it stands, in a sentence; null where the state says all
 * @param exitCode null until the job has ended by itself or by a signal (then 128 + the signal)
 */
public record AttemptItem(
    int number,
    String id,
    String state,
    @Nullable String reasonCode,
    @Nullable String reason,
    @Nullable Integer exitCode,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {}
