package dev.satchel.cli.workload;

import dev.satchel.cli.session.CliException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code --secret} takes: a name, or a name and where its one entry goes or what it must have.
 */
final class SecretReference {
  private SecretReference() {}

  /** The shape of the contract: the name alone, or an object. */
  static Object toWire(String given) {
    int colon = given.indexOf(':');
    if (colon < 0) {
      return given;
    }
    String rest = given.substring(colon + 1);
    int equals = rest.indexOf('=');
    String how = equals < 0 ? rest : rest.substring(0, equals);
    String what = equals < 0 ? "" : rest.substring(equals + 1);
    if (colon == 0 || what.isEmpty()) {
      throw malformed();
    }
    Map<String, Object> wire = new LinkedHashMap<>();
    wire.put("name", given.substring(0, colon));
    switch (how) {
      case "env" -> wire.put("as_env", what);
      case "file" -> wire.put("as_file", what);
      case "require" -> wire.put("require", List.of(what.split(",", -1)));
      default -> throw malformed();
    }
    return wire;
  }

  private static CliException malformed() {
    return CliException.usage(
        "--secret takes NAME, NAME:env=KEY, NAME:file=PATH or NAME:require=KEY,KEY.");
  }
}
