package dev.satchel.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token without what it opens.
 *
 * @param lastUsedAt to the minute; null where it never was
 */
public record TokenItem(
    String id,
    String name,
    List<String> roles,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant revokedAt) {}
