package dev.satchel.api;

import java.util.List;

/**
 * The answer to a delete.
 *
 * @param workloadIds the workloads that a forced delete passed over; empty otherwise
 */
public record SecretDeleted(String name, String id, long revision, List<String> workloadIds) {}
