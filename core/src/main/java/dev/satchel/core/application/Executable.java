package dev.satchel.core.application;

import java.time.Instant;

/**
 * Code that was pushed.
 *
 * @param id made at the push, such as {@code exe-…}
 * @param requirements what the client said of it: a JSON object, kept as it was given
 * @param digest of its archive: SHA-256 in hexadecimal
 * @param by the name of the token that pushed it
 */
public record Executable(
    String id, Instant uploadedAt, String by, String requirements, String digest) {}
