package dev.satchel.api;

import org.jspecify.annotations.Nullable;

/**
 * A volume at a place of a workload.
 *
 * @param subdirectory of the volume; null for all of it
 */
public record MountItem(
    String volume, String path, boolean readOnly, @Nullable String subdirectory) {}
