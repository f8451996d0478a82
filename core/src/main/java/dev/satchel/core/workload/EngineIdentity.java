package dev.satchel.core.workload;

/**
 * Which machine an engine works on, and which life of it.
 *
 * @param host such as a machine's id: what another host says of an attempt is not believed
 * @param life such as a boot's id: what ran in an earlier life of the same host is gone
 */
public record EngineIdentity(String host, String life) {}
