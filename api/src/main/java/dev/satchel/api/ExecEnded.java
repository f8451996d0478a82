package dev.satchel.api;

import org.jspecify.annotations.Nullable;

/**
 * How an exec ended.
 *
 * @param exitCode the command's, 128 + n where signal n ended it; null where nobody knows it
 * @param reasonCode what ended it, where the command did not end by itself: ATTEMPT_ENDED,
 *     TIME_LIMIT, TOKEN_ENDED, SERVER_STOPPING or ENGINE_UNAVAILABLE; null otherwise
 * @param reason the same as a sentence; null with its code
 */
public record ExecEnded(
    @Nullable Integer exitCode, @Nullable String reasonCode, @Nullable String reason) {}
