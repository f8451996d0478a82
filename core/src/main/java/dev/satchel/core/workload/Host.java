package dev.satchel.core.workload;

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
