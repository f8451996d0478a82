package dev.satchel.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What servers may leave on the machine outside of their data directory. */
final class Remains {
  private Remains() {}

  /** Every directory on tmpfs in which a server of any installation may keep values. */
  static List<Path> tmpfsRoots() {
    List<Path> roots = new ArrayList<>(List.of(Path.of("/run/satchel")));
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime != null) {
      roots.add(Path.of(runtime, "satchel"));
    }
    Trees.list(Path.of("/dev/shm")).stream()
        .filter(each -> String.valueOf(each.getFileName()).startsWith("satchel-"))
        .forEach(roots::add);
    return roots.stream().filter(Files::isDirectory).toList();
  }

  /** The logins of registries that are on tmpfs now, of the server of this data directory. */
  static List<Path> logins(Path data) {
    List<Path> found = new ArrayList<>();
    for (Path root : tmpfsRoots()) {
      for (Path installation : Trees.list(root)) {
        Path owner = installation.resolve("owner");
        if (!Files.exists(owner) || !Installation.text(owner).contains(data.toString())) {
          continue;
        }
        for (Path engine : Trees.list(installation)) {
          found.addAll(Trees.list(engine.resolve("logins")));
        }
      }
    }
    return found;
  }

  /** The directories of attempts of these workloads that are still on tmpfs. */
  static List<Path> onTmpfs(Collection<String> workloads) {
    List<Path> found = new ArrayList<>();
    for (Path root : tmpfsRoots()) {
      for (Path installation : Trees.list(root)) {
        List<Path> attempts = new ArrayList<>(Trees.list(installation));
        attempts.addAll(Trees.list(installation.resolve("docker")));
        for (Path attempt : attempts) {
          String name = String.valueOf(attempt.getFileName());
          if (workloads.contains(name.replaceFirst("-[0-9]+$", ""))) {
            found.add(attempt);
          }
        }
      }
    }
    return found;
  }

  /** The processes whose arguments name a path: its server and the runners of its attempts. */
  static List<ProcessHandle> processesNaming(Path path) {
    return ProcessHandle.allProcesses()
        .filter(process -> commandLine(process.pid()).contains(path.toString()))
        .toList();
  }

  /** The arguments of a process, parted by blanks; empty where it is gone. */
  static String commandLine(long pid) {
    return proc(pid, "cmdline").replace('\0', ' ');
  }

  /** A file of a process; empty where it is gone or may not be read. */
  static String proc(long pid, String file) {
    try {
      return new String(
          Files.readAllBytes(Path.of("/proc", Long.toString(pid), file)),
          StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
