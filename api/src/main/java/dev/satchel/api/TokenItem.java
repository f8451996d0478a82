package dev.satchel.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token without what it opens.
 *
 * @param uses names of bundles that a token without the admin role may hand to workloads
 * @param lastUsedAt to the minute; null where it never was
 * @param revokedAt null while it is good
 */
public record TokenItem(
    String id,
    String name,
    List<String> roles,
    List<String> uses,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant revokedAt) {}
