package dev.satchel.cli.setup;

import dev.satchel.cli.session.Surroundings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at what the machine offers to a server that would run here. */
final class MachineChecks {
  private static final long MEBIBYTE = 1L << 20;
  private static final long LEAST_FREE_BYTES = 128 * MEBIBYTE;
  private static final long WELCOME_FREE_BYTES = 1024 * MEBIBYTE;
  private static final long LEAST_MEMORY_BYTES = 16 * MEBIBYTE;
  private static final List<String> TOOLS = List.of("sh", "setsid", "mkfifo", "fallocate");

  private final Surroundings surroundings;
  private final Path data;

  MachineChecks(Surroundings surroundings, Path data) {
    this.surroundings = surroundings;
    this.data = data;
  }

  /** What the process engine runs jobs with; what a running server says of it counts more. */
  Check engines() {
    if (!new File("/proc/self/stat").exists()) {
      return Check.fail("engines", "the process engine needs Linux", "run the server on Linux");
    }
    List<String> missing = TOOLS.stream().filter(tool -> !isInstalled(tool)).toList();
    return missing.isEmpty()
        ? Check.ok("engines", "process: can run jobs on this machine")
        : Check.fail(
            "engines",
            "process: lacks " + String.join(", ", missing),
            "install util-linux and coreutils");
  }

  private static boolean isInstalled(String tool) {
    for (String directory : new String[] {"/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin"}) {
      if (new File(directory, tool).canExecute()) {
        return true;
      }
    }
    return false;
  }

  /** The same places as the server's, in its order; nothing is made. */
  Check temporaryMemory() {
    List<Path> places = new ArrayList<>(List.of(Path.of("/run/satchel")));
    String runtime = surroundings.variable("XDG_RUNTIME_DIR");
    if (runtime != null && runtime.startsWith("/")) {
      places.add(Path.of(runtime, "satchel"));
    }
    places.add(Path.of("/dev/shm/satchel-" + userId()));
    List<String> reasons = new ArrayList<>();
    for (Path place : places) {
      String reason = objection(place);
      if (reason == null) {
        return free(place);
      }
      reasons.add(place + " " + reason);
    }
    return Check.fail(
        "tmpfs",
        "secrets may only lie in memory, and no place will do: " + String.join("; ", reasons),
        "sudo mkdir -p /run/satchel && sudo mount -t tmpfs -o mode=0700,uid=$(id -u) tmpfs /run/satchel");
  }

  private static String userId() {
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return "0";
    }
  }

  private static @Nullable String objection(Path place) {
    Path parent = place.getParent();
    try {
      if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        return parent == null || !Files.isDirectory(parent)
            ? "has no directory to be in"
            : !isTmpfs(parent)
                ? "would be on a disk"
                : Files.isWritable(parent) ? null : "cannot be made by you";
      }
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)
          || !PosixFilePermissions.toString(Files.getPosixFilePermissions(place))
              .equals("rwx------")
          || !String.valueOf(Files.getAttribute(place, "unix:uid")).equals(userId())) {
        return "is not a directory that only you may enter";
      }
      return isTmpfs(place) ? null : "is on a disk";
    } catch (IOException unknown) {
      return "cannot be looked at";
    }
  }

  private static boolean isTmpfs(Path place) throws IOException {
    return Files.getFileStore(place).type().equals("tmpfs");
  }

  private static Check free(Path place) {
    File there = existing(place);
    long free = there == null ? 0 : there.getUsableSpace();
    String detail = place + " is in memory, " + size(free) + " free";
    return free >= LEAST_MEMORY_BYTES
        ? Check.ok("tmpfs", detail)
        : Check.fail("tmpfs", detail, "free some: see what fills it with du -sh " + there);
  }

  Check disk() {
    File place = existing(data);
    if (place != null && !place.isDirectory()) {
      return Check.fail("disk", place + " is no directory", "choose another with --data DIR");
    }
    if (place == null || !place.canWrite()) {
      String user = System.getProperty("user.name", "?");
      return Check.fail(
          "disk",
          (place == null ? data.toString() : place.toString())
              + " cannot be written by "
              + user
              + (data.toFile().equals(place) ? "" : ", so " + data + " cannot be made"),
          "choose another directory with --data DIR, or give " + user + " this one");
    }
    String open = openToOthers();
    if (!open.isEmpty()) {
      return Check.fail("disk", data + " is open to others (" + open + ")", "chmod 700 " + data);
    }
    long free = place.getUsableSpace();
    String detail = size(free) + " free for " + data;
    return free >= WELCOME_FREE_BYTES
        ? Check.ok("disk", detail)
        : free >= LEAST_FREE_BYTES
            ? Check.warn("disk", detail, "free some: a full disk refuses writes")
            : Check.fail("disk", detail, "free some space, or move the directory: --data DIR");
  }

  private String openToOthers() {
    try {
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(data));
      return mode.endsWith("------") ? "" : mode;
    } catch (IOException | UnsupportedOperationException absent) {
      return "";
    }
  }

  static String size(long bytes) {
    return bytes >= 1024 * MEBIBYTE
        ? "%.1f GiB".formatted(bytes / (double) (1024 * MEBIBYTE))
        : bytes >= MEBIBYTE ? bytes / MEBIBYTE + " MiB" : bytes / 1024 + " KiB";
  }

  private static @Nullable File existing(Path path) {
    Path place = path.toAbsolutePath();
    while (place != null && !Files.exists(place)) {
      place = place.getParent();
    }
    return place == null ? null : place.toFile();
  }
}
