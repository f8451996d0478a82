package dev.satchel.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workload in a list.
 *
 * @param credentials what it runs on; null for the server's own
 * @param image null where it runs without one
 * @param secrets names of the bundles it uses
 * @param attempt number of its newest attempt
 */
public record WorkloadItem(
    String id,
    String kind,
    @Nullable String name,
    String state,
    @Nullable String reason,
    @Nullable Integer exitCode,
    String engine,
    @Nullable String credentials,
    @Nullable String image,
    List<String> command,
    List<String> secrets,
    int attempt,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {}
