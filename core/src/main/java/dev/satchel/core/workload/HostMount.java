package dev.satchel.core.workload;

/**
 * A volume that an engine keeps on its own machine, at a place of a job.
 *
 * @param workspace the volume's
 * @param volumeId the volume's
 * @param path where the job finds it: absolute
 */
public record HostMount(String workspace, String volumeId, String path, boolean readOnly) {}
