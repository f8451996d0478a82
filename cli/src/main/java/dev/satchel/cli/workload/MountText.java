package dev.satchel.cli.workload;

import dev.satchel.sdk.json.Node;

/** One mount as people read it. */
final class MountText {
  private MountText() {}

  static String of(Node mount) {
    String part = mount.text("subdirectory");
    return mount.text("volume")
        + (part.isEmpty() ? "" : "/" + part)
        + " at "
        + mount.text("path")
        + (mount.flag("read_only") ? " (read-only)" : "");
  }
}
