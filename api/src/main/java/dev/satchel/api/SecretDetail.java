package dev.satchel.api;

import java.time.Instant;
import java.util.List;

/**
 * All that may be told of a bundle.
 *
 * @param usedBy ids of the workloads that hold it
 * @param staleWorkloads ids of those among them whose running attempt has an older revision
 */
public record SecretDetail(
    String name,
    String id,
    long revision,
    Instant createdAt,
    Instant updatedAt,
    List<EntryItem> entries,
    List<String> usedBy,
    List<String> staleWorkloads) {}
