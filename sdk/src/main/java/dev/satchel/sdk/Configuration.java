package dev.satchel.sdk;

import java.util.LinkedHashMap;
import java.util.Map;

/** What configurations of instances and of runs have in common, as it is sent. */
final class Configuration {
  private final Map<String, Object> members = new LinkedHashMap<>();

  void set(String name, Object value) {
    members.put(name, value);
  }

  void format(String input, String output) {
    set("format", Map.of("input", Map.of("type", input), "output", Map.of("type", output)));
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  Map<String, Object> members() {
    return members;
  }

  @Override
  public String toString() {
    return members.toString();
  }
}
