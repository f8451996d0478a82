package dev.satchel.api;

import java.time.Instant;

/**
 * A file of a volume that was written.
 *
 * @param sha256 in lower-case hexadecimal
 */
public record VolumeFileWritten(String path, long sizeBytes, String sha256, Instant modifiedAt) {}
