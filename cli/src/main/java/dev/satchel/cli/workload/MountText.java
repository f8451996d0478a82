package dev.satchel.cli.workload;

import dev.satchel.sdk.json.Node;

/** One mount of a volume or a bucket as people read it. */
final class MountText {
  private MountText() {}

  /** What kind of thing is mounted. */
  static String kind(Node mount) {
    return mount.at("bucket").isPresent() ? "bucket" : "volume";
  }

  static String of(Node mount) {
    Node bucket = mount.at("bucket");
    String name = bucket.isPresent() ? bucket.text("bucket_name") : mount.text("volume");
    String part = bucket.isPresent() ? bucket.text("prefix") : mount.text("subdirectory");
    return name
        + (part.isEmpty() ? "" : "/" + part)
        + (bucket.isPresent() ? " of " + bucket.text("endpoint_url") : "")
        + " at "
        + mount.text("path")
        + (mount.flag("read_only") ? " (read-only)" : "")
        + (mount.flag("sync") ? " (synchronised)" : "");
  }
}
