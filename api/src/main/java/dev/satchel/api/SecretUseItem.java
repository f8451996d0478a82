package dev.satchel.api;

import org.jspecify.annotations.Nullable;

/**
 * A bundle that an attempt uses.
 *
 * @param id of the bundle that the attempt opened; null until it did
 * @param revision that the attempt opened; null until it did
 * @param current the newest revision under that name; null where there is none any more
 * @param stale whether the attempt has another bundle or revision than the name stands for now
 */
public record SecretUseItem(
    String name,
    @Nullable String id,
    @Nullable Long revision,
    @Nullable Long current,
    boolean stale,
    @Nullable String asEnv,
    @Nullable String asFile) {}
