package dev.satchel.core.workload;

import dev.satchel.core.secret.SecretValue;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that an engine needs to start one attempt. The values are closed by whoever made the launch,
 * once the start has returned; an engine keeps none.
 *
 * @param variables everything of the job's environment that is not the engine's own base, Satchel's
 *     own included
 * @param files by location: relative to the working directory, or absolute below {@code
 *     /run/secrets}
 * @param mounts directories of the server's machine, by places that the form names
 * @param hostMounts volumes of the engine's own machine, where that is another, likewise
 * @param staging null for a job that is given no files and whose output is its log
 */
public record Launch(
    AttemptId attempt,
    JobForm form,
    Map<String, SecretValue> variables,
    Map<String, SecretValue> files,
    List<Mount> mounts,
    List<HostMount> hostMounts,
    @Nullable Staging staging) {
  public Launch {
    variables = Map.copyOf(variables);
    files = Map.copyOf(files);
    mounts = List.copyOf(mounts);
    hostMounts = List.copyOf(hostMounts);
  }

  /** Of a job that mounts directories of the server's machine alone. */
  public Launch(
      AttemptId attempt,
      JobForm form,
      Map<String, SecretValue> variables,
      Map<String, SecretValue> files,
      List<Mount> mounts,
      @Nullable Staging staging) {
    this(attempt, form, variables, files, mounts, List.of(), staging);
  }

  /** Of a job that mounts nothing. */
  public Launch(
      AttemptId attempt,
      JobForm form,
      Map<String, SecretValue> variables,
      Map<String, SecretValue> files,
      @Nullable Staging staging) {
    this(attempt, form, variables, files, List.of(), staging);
  }

  /** Of a job whose output is its log. */
  public Launch(
      AttemptId attempt,
      JobForm form,
      Map<String, SecretValue> variables,
      Map<String, SecretValue> files) {
    this(attempt, form, variables, files, List.of(), null);
  }

  Launch with(List<Mount> all, List<HostMount> ofItsHost) {
    return new Launch(attempt, form, variables, files, all, ofItsHost, staging);
  }
}
