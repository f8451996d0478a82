package dev.satchel.api;

/**
 * The answer to input for an exec.
 *
 * @param bytes how many it was given by this request
 */
public record ExecInput(long bytes) {}
