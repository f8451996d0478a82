package dev.satchel.api;

import java.time.Instant;

/**
 * A bundle in a list.
 *
 * @param holds how many workloads that have not ended use it
 */
public record SecretItem(
    String name, String id, long revision, Instant createdAt, Instant updatedAt, int holds) {}
