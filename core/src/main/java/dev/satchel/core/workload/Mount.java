package dev.satchel.core.workload;

import java.nio.file.Path;

/**
 * A directory of this machine at a place of a job.
 *
 * @param source what is mounted
 * @param path where the job finds it: absolute
 * @param live whether the source is a mount that may be replaced while the job runs: whatever is
 *     mounted over it then, the job is to have at its place
 */
public record Mount(Path source, String path, boolean readOnly, boolean live) {
  /** Of a directory that stays what it is. */
  public Mount(Path source, String path, boolean readOnly) {
    this(source, path, readOnly, false);
  }
}
