package dev.satchel.cli.volume;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;

/** Deletes a volume that no workload holds. */
public final class DeleteVolume implements Command {
  private final Session session;

  private String name = "";
  private boolean force;

  public DeleteVolume(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofVolumes(session))
        .argument(value -> name = value, "NAME", "The volume's name.")
        .flag(value -> force = value, "Delete it although workloads use it.", "--force");
  }

  @Override
  public int run() {
    Request request =
        Request.delete(VolumePath.ofVolume(name)).with("force", force ? "true" : null);
    Node deleted = session.send(request).json();
    if (session.json()) {
      session.screen().json(deleted);
    } else {
      session
          .screen()
          .line(session.quiet() ? deleted.text("name") : "Deleted " + deleted.text("name") + ".");
    }
    return ExitCode.OK;
  }
}
