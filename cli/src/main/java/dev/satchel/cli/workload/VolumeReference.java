package dev.satchel.cli.workload;

import dev.satchel.cli.session.CliException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code --volume} takes: a name, where it is mounted, and whether only to be read. */
final class VolumeReference {
  private VolumeReference() {}

  /** The shape of the contract. */
  static Map<String, Object> toWire(String given) {
    Map<String, Object> wire = new LinkedHashMap<>();
    int colon = given.indexOf(':');
    String rest = colon < 0 ? "" : given.substring(colon + 1);
    wire.put("volume", colon < 0 ? given : given.substring(0, colon));
    String path = rest;
    if (rest.equals("ro") || rest.endsWith(":ro")) {
      wire.put("read_only", true);
      path = rest.equals("ro") ? "" : rest.substring(0, rest.length() - ":ro".length());
    } else if (rest.endsWith(":rw")) {
      path = rest.substring(0, rest.length() - ":rw".length());
    }
    if (given.startsWith(":") || (!path.isEmpty() && !path.startsWith("/"))) {
      throw CliException.usage(
          "--volume takes NAME, NAME:ro, NAME:/PATH or NAME:/PATH:ro.",
          "satchel run --volume models:/models:ro -- ls /models");
    }
    if (!path.isEmpty()) {
      wire.put("path", path);
    }
    return wire;
  }
}
