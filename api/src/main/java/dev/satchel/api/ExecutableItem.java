package dev.satchel.api;

import java.time.Instant;

/**
 * Code that was pushed.
 *
 * @param userEmail who pushed it: the name of a token
 */
public record ExecutableItem(
    String id, String userEmail, Instant uploadedAt, RequirementsItem requirements) {}
