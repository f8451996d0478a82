package dev.satchel.api;

import java.time.Instant;
import java.util.Map;

/**
 * A credential in a list.
 *
 * @param fields those that may be seen
 */
public record CredentialItem(
    String name,
    String id,
    String kind,
    Map<String, String> fields,
    long revision,
    Instant createdAt,
    Instant updatedAt) {}
