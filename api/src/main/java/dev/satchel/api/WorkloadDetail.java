package dev.satchel.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that may be told of a workload.
 *
 * @param env the visible variables of the submit, the one kind whose values are answered
 * @param credentials what it runs on; null for the server's own
 * @param isolation how the engine keeps the job apart: {@code bubblewrap}, {@code unshare}, {@code
 *     none}, {@code container}, or {@code unknown} where the machine did not answer
 * @param container null where it runs without an image
 * @param unchecked labels that were asked for and that its host does not declare
 * @param attempts newest first
 */
public record WorkloadDetail(
    String id,
    String kind,
    @Nullable String name,
    String state,
    @Nullable String reasonCode,
    @Nullable String reason,
    @Nullable Integer exitCode,
    String engine,
    @Nullable String credentials,
    @Nullable String isolation,
    @Nullable ContainerItem container,
    List<String> command,
    @Nullable String workingDirectory,
    Map<String, String> env,
    List<SecretUseItem> secrets,
    List<MountItem> mounts,
    Map<String, String> unchecked,
    int retries,
    int retriesUsed,
    boolean spot,
    @Nullable Long timeoutS,
    boolean terminateRequested,
    int attempt,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Instant nextTryAt,
    List<AttemptItem> attempts) {}
