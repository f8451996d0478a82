package dev.satchel.api;

/**
 * What code needs to run.
 *
 * @param executableType {@code python}, {@code java}, {@code go} or {@code binary}
 * @param runtime as the manifest names it
 */
public record RequirementsItem(String executableType, String runtime) {}
