package dev.satchel.core.secret;

/**
 * A bundle in a list.
 *
 * @param holds how many workloads hold its name
 */
public record BundleSummary(Bundle bundle, int holds) {}
