package dev.satchel.sdk;

/**
 * What was copied.
 *
 * @param files how many
 * @param bytes of all of them
 */
public record Transferred(int files, long bytes) {}
