package dev.satchel.core.workload;

import dev.satchel.core.RefusedException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The engines that there are, by name. */
public final class Engines {
  private final Map<String, Engine> byName = new LinkedHashMap<>();

  public Engines(List<Engine> engines) {
    engines.forEach(engine -> byName.put(engine.name(), engine));
  }

  /** The engine of this name; INVALID, with those that there are, where there is none. */
  public Engine named(String name) {
    Engine engine = byName.get(name);
    if (engine == null) {
      throw RefusedException.invalid(
          "engine",
          "There is no such engine here. Engines: " + String.join(", ", byName.keySet()) + ".");
    }
    return engine;
  }

  public Collection<Engine> all() {
    return byName.values();
  }
}
