package dev.satchel.api;

import org.jspecify.annotations.Nullable;

/**
 * A call of a Java method.
 *
 * @param state as of a workload
 * @param cause why it stands so; null where all went well
 * @param answer the JSON that its JVM wrote, as a text: {@code value} or {@code failure}; null
 *     where it has not ended, or left none
 */
public record CallDetail(
    String id,
    String state,
    @Nullable String cause,
    @Nullable String reason,
    @Nullable Integer exitCode,
    @Nullable String answer) {}
