package dev.satchel.server.process;

import dev.satchel.core.workload.JobForm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * No namespaces: the job sees what the server's user sees, the data directory too. Its tree is told
 * from others by its session and by its marker; a process that leaves the one and clears the other
 * escapes.
 */
record NoIsolation() implements Isolation {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public boolean endsTree() {
    return false;
  }

  @Override
  public boolean shows() {
    return false;
  }

  @Override
  public @Nullable String objection(JobForm form) {
    if (!form.trusted()) {
      return "This machine has neither bubblewrap nor namespaces, so only an admin token may run jobs here; install bubblewrap.";
    }
    if (!form.files().isEmpty()) {
      return "The secret file "
          + form.files().stream().sorted().findFirst().orElse("")
          + " needs a mount namespace, which this machine does not give; install bubblewrap, or use a variable.";
    }
    if (!form.mounts().isEmpty()) {
      return "The mount "
          + form.mounts().getFirst()
          + " needs a mount namespace, which this machine does not give; install bubblewrap, or name an image.";
    }
    return null;
  }

  @Override
  public List<String> command(View view) {
    return List.of(
        "/bin/sh",
        "-c",
        "cd -- \"$1\" && exec setsid /bin/sh -s",
        "satchel",
        view.workingDirectory().toString());
  }
}
