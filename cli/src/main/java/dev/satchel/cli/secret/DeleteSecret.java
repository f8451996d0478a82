package dev.satchel.cli.secret;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;

/** Deletes a bundle that no workload holds. */
public final class DeleteSecret implements Command {
  private final Session session;

  private String name = "";
  private boolean force;

  public DeleteSecret(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofSecrets(session))
        .argument(value -> name = value, "NAME", "The bundle's name.")
        .flag(
            value -> force = value,
            "Delete it although workloads use it; those that run keep what they have.",
            "--force");
  }

  @Override
  public int run() {
    Request request = Request.delete(Secrets.path(name)).with("force", force ? "true" : null);
    Node deleted = session.send(request).json();
    if (session.json()) {
      session.screen().json(deleted);
    } else if (session.quiet()) {
      session.screen().line(deleted.text("name"));
    } else {
      session.screen().line("Deleted " + deleted.text("name") + ".");
      tellPassedOver(deleted.at("workload_ids").texts());
    }
    return ExitCode.OK;
  }

  private void tellPassedOver(List<String> workloads) {
    if (!workloads.isEmpty()) {
      session.screen().note("Still named by " + String.join(", ", workloads) + ".");
      session.screen().note("What runs keeps its values; the next start of these fails at once.");
    }
  }
}
