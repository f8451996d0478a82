package dev.satchel.core.workload;

/**
 * Where an attempt was placed, and what kept it apart there.
 *
 * @param engine the machine and the life of it
 * @param isolation as {@link Engine#isolation} said it then; later jobs may have another
 */
public record Placement(EngineIdentity engine, String isolation) {
  static Placement on(Engine engine) {
    return new Placement(engine.identity(), engine.isolation());
  }
}
