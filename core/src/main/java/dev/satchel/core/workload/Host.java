package dev.satchel.core.workload;

import dev.satchel.core.credential.EngineAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where an attempt goes.
 *
 * @param labels what its engine declares of it, and over that what its credential does
 */
record Host(Engine engine, Map<String, String> labels) {
  Host {
    labels = Map.copyOf(labels);
  }

  /** Whether it is another machine than the server's, whose files it does not see. */
  boolean isElsewhere() {
    EngineAddress address = engine.address();
    return address != null && !address.isOfThisMachine();
  }

  /** The same, as what may be mounted there goes by it, as far as its engine has said by now. */
  MountPlace mountPlace() {
    EngineIdentity identity = isElsewhere() ? engine.sight().identity() : null;
    return new MountPlace(engine.address(), identity == null ? null : identity.host());
  }

  /**
   * The host of an engine.
   *
   * @param declared by its credential
   */
  static Host of(Engine engine, Map<String, String> declared) {
    Map<String, String> labels = new LinkedHashMap<>(engine.labels());
    labels.putAll(declared);
    return new Host(engine, labels);
  }
}
