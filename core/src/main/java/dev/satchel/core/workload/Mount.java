package dev.satchel.core.workload;

import java.nio.file.Path;

/**
 * A directory of this machine at a place of a job.
 *
 * @param source what is mounted
 * @param path where the job finds it: absolute
 */
public record Mount(Path source, String path, boolean readOnly) {}
