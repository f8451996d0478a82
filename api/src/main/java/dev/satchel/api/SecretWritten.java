package dev.satchel.api;

import java.time.Instant;
import java.util.List;

/**
 * The answer to a write of a bundle.
 *
 * @param revision counts writes from 1
 * @param added locations that were not there before
 * @param replaced locations that were there and were written again
 * @param dropped locations that were there and are no longer
 */
public record SecretWritten(
    String name,
    String id,
    long revision,
    Instant createdAt,
    Instant updatedAt,
    List<String> added,
    List<String> replaced,
    List<String> dropped) {}
