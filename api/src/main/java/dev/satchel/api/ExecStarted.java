package dev.satchel.api;

/**
 * What an exec begins with.
 *
 * @param exec the id under which it takes input, from the token that started it
 * @param attempt the number of the attempt that it runs in
 */
public record ExecStarted(String exec, int attempt) {}
