package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;

/** Deletes an application of which nothing runs. */
public final class DeleteApp implements Command {
  private final Session session;

  private String app = "";

  public DeleteApp(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value);
  }

  @Override
  public int run() {
    var _ = session.send(Request.delete(Apps.path(app)));
    return tell(session, app);
  }

  /** The server answers nothing, so this says what was asked. */
  static int tell(Session session, String id) {
    if (session.json()) {
      session.screen().json(java.util.Map.of("id", id));
    } else {
      session.screen().line(session.quiet() ? id : "Deleted " + id + ".");
    }
    return ExitCode.OK;
  }
}
