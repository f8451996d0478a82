package dev.satchel.cli.setup;

import dev.satchel.cli.session.Surroundings;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at what the machine offers to a server that would run here. */
final class MachineChecks {
  private static final long LEAST_FREE_BYTES = 1L << 30;
  private static final int LEAST_JAVA = 25;

  private final Surroundings surroundings;
  private final Path data;

  MachineChecks(Surroundings surroundings, Path data) {
    this.surroundings = surroundings;
    this.data = data;
  }

  List<Check> all() {
    return List.of(java(), isolation(), temporaryMemory(), disk());
  }

  private static Check java() {
    int feature = Runtime.version().feature();
    String detail = "Java " + Runtime.version() + " at " + System.getProperty("java.home");
    return feature >= LEAST_JAVA
        ? Check.ok("java", detail)
        : Check.fail("java", detail, "install JDK 25, or point JAVA_HOME at one");
  }

  private Check isolation() {
    if (works("bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--cap-drop", "ALL", "true")) {
      return Check.ok("isolation", "bubblewrap works");
    }
    if (works("unshare", "--pid", "--fork", "--mount", "true")) {
      return Check.ok("isolation", "unshare works");
    }
    return Check.note(
        "isolation",
        "none: jobs of the process engine can see what you can, and only admin tokens may run them",
        "install bubblewrap (apt install bubblewrap), and allow user namespaces");
  }

  private boolean works(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Check temporaryMemory() {
    List<Path> places = new ArrayList<>(List.of(Path.of("/run/satchel"), Path.of("/run")));
    String runtime = surroundings.variable("XDG_RUNTIME_DIR");
    if (runtime != null) {
      places.add(Path.of(runtime));
    }
    places.add(Path.of("/dev/shm"));
    for (Path place : places) {
      if (Files.isDirectory(place) && Files.isWritable(place) && isTmpfs(place)) {
        return Check.ok("tmpfs", place + " keeps secret files in memory");
      }
    }
    return Check.fail(
        "tmpfs",
        "none of /run/satchel, $XDG_RUNTIME_DIR and /dev/shm is a tmpfs that you may write",
        "mount one: sudo mount -t tmpfs -o mode=0700,uid=$(id -u) tmpfs /run/satchel");
  }

  private static boolean isTmpfs(Path place) {
    try {
      FileStore store = Files.getFileStore(place);
      return store.type().equals("tmpfs") || store.type().equals("ramfs");
    } catch (IOException unknown) {
      return false;
    }
  }

  private Check disk() {
    File place = existing(data);
    long free = place == null ? 0 : place.getUsableSpace();
    String detail = "%.1f GiB free for %s".formatted(free / (double) (1L << 30), data);
    if (place == null || !place.canWrite()) {
      return Check.fail("disk", data + " cannot be written", "choose another: --data DIR");
    }
    return free >= LEAST_FREE_BYTES
        ? Check.ok("disk", detail)
        : Check.fail("disk", detail, "free some space, or choose another: --data DIR");
  }

  private static @Nullable File existing(Path path) {
    Path place = path.toAbsolutePath();
    while (place != null && !Files.exists(place)) {
      place = place.getParent();
    }
    return place == null ? null : place.toFile();
  }
}
