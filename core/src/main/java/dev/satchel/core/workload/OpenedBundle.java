package dev.satchel.core.workload;

/**
 * Which bundle and revision an attempt opened.
 *
 * @param name the bundle's, or a collection's behind that of its application
 */
public record OpenedBundle(String name, String bundleId, long revision) {}
