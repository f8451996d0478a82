package dev.satchel.cli.credential;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;

/** Deletes a credential that no workload holds. */
public final class DeleteCredential implements Command {
  private final Session session;

  private String name = "";
  private boolean force;

  public DeleteCredential(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofCredentials(session))
        .argument(value -> name = value, "NAME", "The credential's name.")
        .flag(value -> force = value, "Delete it although workloads use it.", "--force");
  }

  @Override
  public int run() {
    Request request = Request.delete(NewCredential.path(name)).with("force", force ? "true" : null);
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
