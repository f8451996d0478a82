package dev.satchel.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A decision model that is kept here.
 *
 * @param defaultInstance what runs where a run names no instance; empty for the newest push
 */
public record ApplicationItem(
    String id,
    String name,
    String description,
    @Nullable String type,
    String defaultInstance,
    Instant createdAt,
    Instant updatedAt) {}
