package dev.satchel.api;

/**
 * The answer to a submit, a resubmission or a terminate: what was accepted, not what has happened.
 *
 * @param attempt the number of the attempt that the request made, or of the newest one for a
 *     terminate
 */
public record WorkloadAccepted(String id, String state, int attempt) {}
