package dev.satchel.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A host on which workloads run.
 *
 * @param address where its engine is reached; null for the server's own
 * @param machineId which machine it is; null where it never answered
 * @param state {@code reachable}, {@code unreachable}, or {@code asked} where nothing is known yet
 * @param since when it began to be so; null where that is not known
 * @param reason why it is not reachable; null where it is
 * @param running how many attempts were started there and have not ended
 * @param workloadIds whose these are, at most 1,000
 */
public record HostItem(
    String id,
    String engine,
    @Nullable String address,
    List<String> credentials,
    @Nullable String machineId,
    Map<String, String> labels,
    String state,
    @Nullable Instant since,
    @Nullable String reason,
    int running,
    List<String> workloadIds) {}
