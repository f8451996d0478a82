package dev.satchel.api;

/**
 * A run, without what it left.
 *
 * @param userEmail who asked for it: the name of a token
 */
public record RunDetail(
    String id, String name, String description, String userEmail, RunMetadata metadata) {}
