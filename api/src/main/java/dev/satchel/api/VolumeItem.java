package dev.satchel.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A volume.
 *
 * @param backend {@code cloud_bucket} or {@code vast_local}
 * @param sizeGb in units of 10^9 bytes; null where none was asked for
 * @param machineId the one machine that has it; null for a {@code cloud_bucket}, and until the
 *     first placement
 * @param mountPathDefault where it is mounted by whoever does not say; null where they must
 * @param geolocation where its data may lie; empty for anywhere
 * @param status {@code reserved}, {@code ready}, {@code bound}, {@code in_use}, {@code unreachable}
 *     or {@code deleting}
 * @param reason why, as a sentence
 * @param usedBy the workloads that have not ended and use it; of one that is deleted, those that
 *     have it mounted
 * @param leaseS for how many seconds it stays after it was last renewed; null where it stays until
 *     it is deleted
 * @param leaseExpiresAt when it goes, unless it is renewed or used; null as leaseS
 */
public record VolumeItem(
    String name,
    String volumeId,
    String backend,
    @Nullable Integer sizeGb,
    @Nullable String machineId,
    @Nullable String mountPathDefault,
    List<String> geolocation,
    String status,
    String reason,
    Instant createdAt,
    Instant updatedAt,
    List<String> usedBy,
    @Nullable Integer leaseS,
    @Nullable Instant leaseExpiresAt) {}
