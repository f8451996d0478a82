package dev.satchel.cli.workload;

import dev.satchel.cli.session.CliException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code --volume} takes: a name, where it is mounted, and how. */
final class VolumeReference {
  private VolumeReference() {}

  /** The shape of the contract. */
  static Map<String, Object> toWire(String given) {
    Map<String, Object> wire = new LinkedHashMap<>();
    int colon = given.indexOf(':');
    String rest = colon < 0 ? "" : given.substring(colon + 1);
    wire.put("volume", colon < 0 ? given : given.substring(0, colon));
    String path = rest;
    for (boolean more = true; more; ) {
      int last = path.lastIndexOf(':');
      String word = path.substring(last + 1);
      more = List.of("ro", "rw", "sync").contains(word);
      if (more) {
        path = last < 0 ? "" : path.substring(0, last);
        put(wire, word);
      }
    }
    if (given.startsWith(":") || (!path.isEmpty() && !path.startsWith("/"))) {
      throw CliException.usage(
          "--volume takes NAME or NAME:/PATH, and :ro or :sync behind either.",
          "satchel run --volume models:/models:ro -- ls /models");
    }
    if (!path.isEmpty()) {
      wire.put("path", path);
    }
    return wire;
  }

  private static void put(Map<String, Object> wire, String word) {
    switch (word) {
      case "ro" -> wire.put("read_only", true);
      case "sync" -> wire.put("sync", true);
      default -> {} // As it is without.
    }
  }
}
