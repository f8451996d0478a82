package dev.satchel.core.workload;

import dev.satchel.core.credential.EngineAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where an attempt was placed, and what kept it apart there.
 *
 * @param engine the machine and the life of it
 * @param isolation as {@link Engine#isolation} said it then; later jobs may have another
 * @param address where the engine is reached, whatever becomes of the credential that named it;
 *     null for the server's own
 */
public record Placement(EngineIdentity engine, String isolation, @Nullable EngineAddress address) {
  /** Whether that is another machine than the server's. */
  boolean isElsewhere() {
    return address != null && !address.isOfThisMachine();
  }

  static Placement on(Engine engine) {
    return new Placement(engine.identity(), engine.isolation(), engine.address());
  }
}
