package dev.satchel.core.workload;

import dev.satchel.core.credential.EngineAddress;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Engines in memory, one for each address. Thread-safe. */
public final class FakeHosts implements Engines.Hosts {
  private final String name;
  private final Map<EngineAddress, FakeEngine> engines = new ConcurrentHashMap<>();

  public FakeHosts(String name) {
    this.name = name;
  }

  @Override
  public String engineName() {
    return name;
  }

  @Override
  public FakeEngine at(EngineAddress address) {
    return engines.computeIfAbsent(
        address,
        place -> {
          FakeEngine engine = new FakeEngine(name).at(place);
          engine.identity(new EngineIdentity("fake at " + place, "1"));
          return engine;
        });
  }

  @Override
  public Collection<FakeEngine> open() {
    return engines.values();
  }
}
