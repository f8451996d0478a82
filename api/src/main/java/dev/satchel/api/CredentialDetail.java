package dev.satchel.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A credential without its secret fields.
 *
 * @param fields those that may be seen
 * @param redacted names of those that may not
 * @param usedBy the workloads that have not ended and use it
 */
public record CredentialDetail(
    String name,
    String id,
    String kind,
    Map<String, String> fields,
    List<String> redacted,
    long revision,
    Instant createdAt,
    Instant updatedAt,
    List<String> usedBy) {}
