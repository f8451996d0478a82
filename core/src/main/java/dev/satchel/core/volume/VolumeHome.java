package dev.satchel.core.volume;

/**
 * The one machine that has a volume.
 *
 * @param workspace whose credentials lead to it, where it is not the server's own
 * @param machine as its engine says, or the server of itself
 */
public record VolumeHome(String workspace, String machine) {}
