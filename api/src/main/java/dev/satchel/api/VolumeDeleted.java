package dev.satchel.api;

import java.util.List;

/**
 * The answer to the delete of a volume.
 *
 * @param workloadIds the workloads that a forced delete passed over; empty otherwise
 */
public record VolumeDeleted(String name, String volumeId, List<String> workloadIds) {}
