package dev.satchel.server.process;

import dev.satchel.core.workload.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one job is to see of the machine.
 *
 * @param trusted whether it otherwise sees what the server's user sees
 * @param workingDirectory on the host
 * @param ownWork whether the working directory is the attempt's own, below what is hidden
 * @param launch the attempt's directory on tmpfs
 * @param hidden directories that it must not see, the data directory first
 * @param hiddenFiles files that it must not read, outside of these directories
 * @param diskNodes devices that it must not open
 * @param shared directories of its working directory that it only reads, by their places there
 * @param files by where the job finds them, where their bytes lie
 * @param mounts volumes, at places that are there where it sees the machine's own directories
 * @param userId whom it runs as; null for the server's user
 */
record View(
    boolean trusted,
    Path workingDirectory,
    boolean ownWork,
    Path launch,
    List<Path> hidden,
    List<Path> hiddenFiles,
    List<Path> diskNodes,
    Map<String, Path> shared,
    Map<Path, Path> files,
    List<Mount> mounts,
    @Nullable Integer userId) {
  boolean hasSecretsDirectory() {
    return files.keySet().stream().anyMatch(place -> place.startsWith(SecretFiles.DIRECTORY));
  }
}
