package dev.satchel.server.process;

import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Mount;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Namespaces by bubblewrap. Process 1 is a shell of ours and not bubblewrap's, which would be left
 * to the machine's process 1 to reap: this one has ended, and with it the whole tree, when
 * bubblewrap has. Source: bwrap(1), 0.8.
 */
record Bubblewrap() implements Isolation {
  private static final List<String> SYSTEM_DIRECTORIES =
      List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");

  /** What programs need of /etc to run, and nothing that an operator may have put there. */
  private static final List<String> SYSTEM_FILES =
      List.of(
          "alternatives",
          "ca-certificates",
          "ca-certificates.conf",
          "fonts",
          "gai.conf",
          "group",
          "host.conf",
          "hosts",
          "ld.so.cache",
          "ld.so.conf",
          "ld.so.conf.d",
          "localtime",
          "locale.alias",
          "mime.types",
          "nsswitch.conf",
          "os-release",
          "passwd",
          "pki",
          "protocols",
          "resolv.conf",
          "services",
          "ssl",
          "timezone");

  @Override
  public String name() {
    return "bubblewrap";
  }

  @Override
  public boolean endsTree() {
    return true;
  }

  @Override
  public boolean shows() {
    return true;
  }

  @Override
  public @Nullable String objection(JobForm form) {
    return null;
  }

  @Override
  public List<String> command(View view) {
    List<String> command =
        new ArrayList<>(List.of("bwrap", "--unshare-pid", "--as-pid-1", "--die-with-parent"));
    if (view.trusted()) {
      addHost(command, view);
    } else {
      addSystemOnly(command, view);
    }
    Path work = view.trusted() ? view.workingDirectory() : Path.of(JobEnvironment.WORK);
    view.shared()
        .forEach(
            (place, directory) ->
                command.addAll(
                    List.of("--ro-bind", directory.toString(), work.resolve(place).toString())));
    for (Mount mount : view.mounts()) {
      if (!view.trusted()) {
        addParents(command, Path.of(mount.path()));
      }
      String option = mount.readOnly() ? "--ro-bind" : "--bind";
      command.addAll(List.of(option, mount.source().toString(), mount.path()));
    }
    if (view.hasSecretsDirectory()) {
      command.addAll(List.of("--perms", "0755", "--tmpfs", SecretFiles.DIRECTORY.toString()));
    }
    for (Map.Entry<Path, Path> file : view.files().entrySet()) {
      command.addAll(List.of("--ro-bind", file.getValue().toString(), file.getKey().toString()));
    }
    if (view.hasSecretsDirectory()) {
      command.addAll(List.of("--remount-ro", SecretFiles.DIRECTORY.toString()));
    }
    if (!view.trusted()) {
      command.addAll(List.of("--remount-ro", "/")); // All that had to be made there is made.
    }
    command.addAll(List.of("--cap-drop", "ALL", "--clearenv", "--chdir"));
    command.add(view.trusted() ? view.workingDirectory().toString() : "/");
    command.addAll(shell(view.userId()));
    return command;
  }

  /** What is not there yet is made, and can be entered whatever the server's umask is. */
  private static void addParents(List<String> command, Path path) {
    for (int i = 1; i < path.getNameCount(); i++) {
      command.addAll(List.of("--perms", "0755", "--dir", "/" + path.subpath(0, i)));
    }
  }

  private static void addHost(List<String> command, View view) {
    command.addAll(List.of("--dev-bind", "/", "/", "--proc", "/proc"));
    for (String settings : List.of("/proc/sys", "/proc/sysrq-trigger")) { // The whole machine's.
      command.addAll(List.of("--ro-bind-try", settings, settings));
    }
    if (Machine.userId() == 0) {
      command.addAll(List.of("--ro-bind-try", "/sys", "/sys"));
    }
    for (Path hidden : view.hidden()) {
      command.addAll(List.of("--tmpfs", hidden.toString()));
    }
    if (view.ownWork()) {
      String work = view.workingDirectory().toString();
      command.addAll(List.of("--bind", work, work));
    }
    for (Path hidden : view.hidden()) {
      command.addAll(List.of("--remount-ro", hidden.toString()));
    }
    view.hiddenFiles().forEach(file -> hideFile(command, file));
    for (Path node : view.diskNodes()) {
      command.addAll(List.of("--dev-bind", "/dev/null", node.toString()));
    }
  }

  private static void hideFile(List<String> command, Path file) {
    command.addAll(List.of("--ro-bind", "/dev/null", file.toString())); // As no device: unreadable.
  }

  private static void addSystemOnly(List<String> command, View view) {
    command.addAll(List.of("--unshare-ipc", "--unshare-uts", "--ro-bind", "/usr", "/usr"));
    for (String name : SYSTEM_DIRECTORIES) {
      Path path = Path.of("/" + name);
      if (Files.isSymbolicLink(path)) {
        command.addAll(List.of("--symlink", "usr/" + name, path.toString()));
      } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        command.addAll(List.of("--ro-bind", path.toString(), path.toString()));
      }
    }
    for (String directory : List.of("/etc", "/run")) { // Whatever the server's umask is.
      command.addAll(List.of("--perms", "0755", "--dir", directory));
    }
    List<String> systemFiles = systemFiles();
    for (String name : systemFiles) {
      command.addAll(List.of("--ro-bind-try", "/etc/" + name, "/etc/" + name));
      if (Files.isDirectory(Path.of("/etc", name, "management"))) { // Java's, with passwords.
        command.addAll(List.of("--tmpfs", "/etc/" + name + "/management"));
      }
    }
    command.addAll(
        List.of("--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"));
    for (Path hidden : view.hidden()) {
      if (isOfTheSystem(hidden, systemFiles)) {
        command.addAll(List.of("--tmpfs", hidden.toString(), "--remount-ro", hidden.toString()));
      }
    }
    view.hiddenFiles().stream()
        .filter(file -> isOfTheSystem(file, systemFiles))
        .forEach(file -> hideFile(command, file));
    command.addAll(List.of("--bind", view.workingDirectory().toString(), JobEnvironment.WORK));
  }

  /**
   * With the settings of every Java that Debian packaged, of which its own directories are links.
   */
  private static List<String> systemFiles() {
    List<String> names = new ArrayList<>(SYSTEM_FILES);
    try (DirectoryStream<Path> java = Files.newDirectoryStream(Path.of("/etc"), "java-*-openjdk")) {
      java.forEach(each -> names.add(String.valueOf(each.getFileName())));
    } catch (IOException | DirectoryIteratorException e) {
      return SYSTEM_FILES; // There is no /etc to look at.
    }
    return names;
  }

  /** Whether it lies below what every job sees. */
  private static boolean isOfTheSystem(Path path, List<String> systemFiles) {
    return path.startsWith("/usr")
        || SYSTEM_DIRECTORIES.stream().anyMatch(name -> path.startsWith("/" + name))
        || systemFiles.stream().anyMatch(name -> path.startsWith("/etc/" + name));
  }

  private static List<String> shellBelowInit(List<String> user) {
    List<String> command = new ArrayList<>(List.of("--", "/bin/sh", "-c", Isolation.INIT, "init"));
    command.addAll(user);
    command.addAll(List.of("/bin/sh", "-s"));
    return command;
  }

  /** The shell, under a user id of its own where one is given; no capability is left of either. */
  private static List<String> shell(@Nullable Integer userId) {
    if (userId == null) {
      return shellBelowInit(List.of());
    }
    List<String> command = new ArrayList<>(); // Its process 1 keeps these; the job cannot touch it.
    for (String capability : List.of("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")) {
      command.addAll(List.of("--cap-add", capability));
    }
    command.addAll(
        shellBelowInit(
            List.of(
                "setpriv",
                "--reuid=" + userId,
                "--regid=" + userId,
                "--clear-groups",
                "--inh-caps=-all",
                "--bounding-set=-all",
                "--no-new-privs")));
    return command;
  }
}
