package dev.satchel.api;

import java.time.Instant;

/**
 * What is in a directory of a volume.
 *
 * @param type {@code file}, {@code directory}, {@code link} or {@code other}
 * @param sizeBytes of a file; 0 of anything else
 */
public record VolumeFileItem(String name, String type, long sizeBytes, Instant modifiedAt) {}
