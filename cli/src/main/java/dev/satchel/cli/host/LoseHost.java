package dev.satchel.cli.host;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;

/** Declares a host lost. */
public final class LoseHost implements Command {
  private final Session session;

  private String id = "";
  private boolean sure;

  public LoseHost(Session session, Form form) {
    this.session = session;
    form.argument(value -> id = value, "ID", "The host's id, as \"satchel hosts\" shows it.")
        .flag(
            value -> sure = value,
            "It is gone for good, and what ran there may be started elsewhere.",
            "--yes");
  }

  @Override
  public int run() {
    if (!sure) {
      throw CliException.usage(
          "What was started on a lost host ends as failed, or is started again elsewhere, although"
              + " it may still run there. Say --yes where the host is gone for good.");
    }
    Node lost = session.send(Request.delete(Paths.HOSTS + "/" + Request.segment(id))).json();
    if (session.json()) {
      session.screen().json(lost);
    } else {
      session
          .screen()
          .line(
              session.quiet()
                  ? id
                  : "Lost " + id + ", with " + lost.text("running") + " attempts.");
    }
    return ExitCode.OK;
  }
}
