package dev.satchel.server.process;

import dev.satchel.core.workload.JobForm;
import dev.satchel.server.tmpfs.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Namespaces by util-linux alone, for the machine's owner where bubblewrap is absent. Process 1 is
 * a shell that waits for the job, reaps, and has no capabilities either. Without root, the mounts
 * are made in a user namespace, and the job runs in a second one as the user it is. Source:
 * unshare(1), setpriv(1), 2.38.
 */
record Unshare() implements Isolation {
  private static final String SCRIPT = Resources.text("unshare.sh");

  private static final Path SETTINGS = Path.of("/sys");

  /** The whole machine's settings, which are root's to write, whatever its capabilities are. */
  private static final String SETTINGS_READ_ONLY =
      """
      for settings in /proc/sys /proc/sysrq-trigger; do
        [ ! -e "$settings" ] || mount -n -o bind,ro "$settings" "$settings" </dev/null || exit
      done
      exec "$@"
      """;

  @Override
  public String name() {
    return "unshare";
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
    return form.trusted()
        ? null
        : "Jobs of tokens other than admin need bubblewrap on this machine; install it.";
  }

  @Override
  public List<String> command(View view) {
    boolean root = Machine.userId() == 0;
    List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "unshare"));
    if (!root) {
      command.addAll(List.of("--user", "--map-root-user"));
    }
    boolean live = view.mounts().stream().anyMatch(it -> it.live());
    String propagation = live ? "slave" : "private"; // What takes a live mount's place comes along.
    command.addAll(List.of("--mount", "--propagation", propagation, "/bin/sh", "-c", SCRIPT));
    command.add("satchel");
    addOperations(command, view);
    command.addAll(List.of("--", "unshare"));
    if (!root) {
      command.addAll(List.of("--user", "--map-user=" + Machine.userId()));
      command.add("--map-group=" + Machine.groupId());
    }
    command.addAll(List.of("--pid", "--fork", "--kill-child", "--mount-proc"));
    command.addAll(List.of("--propagation", propagation));
    if (root) {
      command.addAll(List.of("/bin/sh", "-c", SETTINGS_READ_ONLY, "satchel"));
    }
    command.addAll(List.of("setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"));
    command.addAll(List.of("/bin/sh", "-c", Isolation.INIT, "init", "/bin/sh", "-s"));
    return command;
  }

  private static void addOperations(List<String> command, View view) {
    if (view.ownWork()) {
      command.addAll(
          List.of(
              "keep",
              view.workingDirectory().toString(),
              view.launch().resolve("stage").toString()));
    }
    Path work = view.ownWork() ? view.launch().resolve("stage") : view.workingDirectory();
    view.shared()
        .forEach(
            (place, directory) ->
                command.addAll(
                    List.of("volume", directory.toString(), work.resolve(place).toString(), "ro")));
    for (var mount : view.mounts()) { // Their sources are below the data directory.
      command.addAll(List.of("volume", mount.source().toString(), mount.path()));
      command.add(mount.readOnly() ? "ro" : "rw");
    }
    Path data = view.hidden().getFirst();
    command.addAll(List.of("hide", data.toString()));
    if (view.hasSecretsDirectory()) {
      command.addAll(List.of("secrets", SecretFiles.DIRECTORY.toString()));
    }
    view.files()
        .forEach(
            (place, source) ->
                command.addAll(List.of("bind", source.toString(), place.toString())));
    if (Machine.userId() == 0) {
      for (Path settings : Mount.pointsBelow(SETTINGS)) {
        command.addAll(List.of("readonly", settings.toString()));
      }
    }
    for (Path file : view.hiddenFiles()) {
      command.addAll(List.of("bind", "/dev/null", file.toString())); // As no device: unreadable.
    }
    for (Path node : view.diskNodes()) {
      command.addAll(List.of("device", node.toString()));
    }
    for (Path hidden : view.hidden().subList(1, view.hidden().size())) { // The sources are there.
      command.addAll(List.of("hide", hidden.toString()));
    }
    command.addAll(List.of("enter", view.workingDirectory().toString()));
  }
}
