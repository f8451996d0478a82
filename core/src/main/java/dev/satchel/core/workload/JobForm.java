package dev.satchel.core.workload;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an engine must know of a job to say whether it could run it; no values.
 *
 * @param command 1 or more words, the program first; none where the image says it
 * @param container null where the job needs no image
 * @param workingDirectory absolute; null for a fresh one, or the image's own
 * @param trusted whether the machine's owner asks (an admin token): the job then sees what its
 *     caller sees
 * @param variables names of all variables
 * @param files locations of all secret files, relative or below {@code /run/secrets}
 * @param mounts the places of all mounts, absolute
 */
public record JobForm(
    List<String> command,
    @Nullable ContainerSpec container,
    @Nullable Path workingDirectory,
    boolean trusted,
    Set<String> variables,
    Set<String> files,
    List<String> mounts) {
  public JobForm {
    command = List.copyOf(command);
    variables = Set.copyOf(variables);
    files = Set.copyOf(files);
    mounts = List.copyOf(mounts);
  }

  /** A job that mounts nothing. */
  public JobForm(
      List<String> command,
      @Nullable ContainerSpec container,
      @Nullable Path workingDirectory,
      boolean trusted,
      Set<String> variables,
      Set<String> files) {
    this(command, container, workingDirectory, trusted, variables, files, List.of());
  }

  /** A job without an image. */
  public JobForm(
      List<String> command,
      @Nullable Path workingDirectory,
      boolean trusted,
      Set<String> variables,
      Set<String> files) {
    this(command, null, workingDirectory, trusted, variables, files);
  }
}
