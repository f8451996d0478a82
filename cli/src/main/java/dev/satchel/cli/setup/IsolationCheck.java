package dev.satchel.cli.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Tries what the process engine would keep jobs apart with, as a server tries it. */
final class IsolationCheck {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String INSTALL = "install bubblewrap: sudo apt install bubblewrap";
  private static final String NAME = "isolation";

  private IsolationCheck() {}

  static Check check() {
    Trial bubblewrap =
        Trial.of(
            LIMIT,
            "bwrap",
            "--unshare-pid",
            "--as-pid-1",
            "--die-with-parent",
            "--dev-bind",
            "/",
            "/",
            "--proc",
            "/proc",
            "--tmpfs",
            "/tmp",
            "--cap-drop",
            "ALL",
            "true");
    if (bubblewrap.worked()) {
      return Check.ok(NAME, "bubblewrap works: jobs do not see the server and its files");
    }
    String why = bubblewrap.isAbsent() ? "is not installed" : "fails: " + bubblewrap.firstLine();
    String fix = bubblewrap.isAbsent() ? INSTALL : namespaceFix();
    return unshareWorks()
        ? Check.warn(
            NAME, "bubblewrap " + why + "; unshare works, but for jobs of admin tokens alone", fix)
        : Check.warn(
            NAME,
            "none: bubblewrap "
                + why
                + ", and unshare does not work. Jobs see what the server's user sees, its key too, and only admin tokens may run them",
            fix);
  }

  private static boolean unshareWorks() {
    List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "unshare"));
    if (!Trial.of(LIMIT, "id", "-u").firstLine().equals("0")) {
      command.addAll(List.of("--user", "--map-root-user"));
    }
    command.addAll(List.of("--mount", "--propagation", "private", "unshare"));
    command.addAll(List.of("--pid", "--fork", "--kill-child", "--mount-proc", "true"));
    return Trial.of(LIMIT, command).worked();
  }

  /** What keeps users from making namespaces, by the settings of kernels that have one. */
  private static String namespaceFix() {
    if (reads("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")) {
      return "let bubblewrap make namespaces: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0";
    }
    if (reads("/proc/sys/kernel/unprivileged_userns_clone", "0")) {
      return "let users make namespaces: sudo sysctl kernel.unprivileged_userns_clone=1";
    }
    if (reads("/proc/sys/user/max_user_namespaces", "0")) {
      return "let users make namespaces: sudo sysctl user.max_user_namespaces=15000";
    }
    return "let this user make namespaces (in a container: start it with them allowed)";
  }

  private static boolean reads(String file, String value) {
    try {
      return Files.readString(Path.of(file)).strip().equals(value);
    } catch (java.io.IOException absent) {
      return false;
    }
  }
}
