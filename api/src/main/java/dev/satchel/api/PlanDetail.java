package dev.satchel.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a submit would do, without doing it.
 *
 * @param workingDirectory null where each attempt gets a fresh one
 * @param credentials what it would run on; null for the server's own
 * @param runsOn the credential of the engine that serves it; null for the server's own
 * @param registryLogin the credential that its image would be pulled with; null where none fits
 * @param isolation {@code bubblewrap}, {@code unshare}, {@code none}, {@code container}, or {@code
 *     unknown} where the machine did not answer
 * @param container null where it would run without an image
 * @param problems what would refuse the submit; empty where it would be accepted
 */
public record PlanDetail(
    String engine,
    @Nullable String credentials,
    @Nullable String runsOn,
    @Nullable String registryLogin,
    String isolation,
    @Nullable ContainerItem container,
    List<String> command,
    @Nullable String workingDirectory,
    List<Variable> variables,
    List<PlannedFile> files,
    List<PlannedSecret> secrets,
    List<MountItem> mounts,
    List<String> problems) {

  /**
   * One variable of the job.
   *
   * @param from {@code env} for a visible one, {@code secret NAME} otherwise, {@code base} for what
   *     every job gets
   * @param value only for a visible one; null otherwise
   * @param overrides the sources that name this variable too and lose
   */
  public record Variable(
      String name, String from, @Nullable String value, List<String> overrides) {}

  public record PlannedFile(String path, String from, List<String> overrides) {}

  public record PlannedSecret(String name, @Nullable Long revision, List<EntryItem> entries) {}
}
