package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.cli.workload.Workloads;
import java.util.Map;

/** Asks a run to end. */
public final class CancelRun implements Command {
  private final Session session;

  private String app = "";
  private String id = "";

  public CancelRun(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value);
    Apps.part(form, session, Part.RUNS, () -> app, value -> id = value);
  }

  @Override
  public int run() {
    // That the run is of this application; then it ends as any workload does, for the connection
    // that this program starts quickly with knows no PATCH.
    var _ = session.send(Request.get(Part.RUNS.path(app, id) + "/metadata"));
    var _ = session.send(Request.delete(Workloads.path(id)));
    if (session.json()) {
      session.screen().json(Map.of("id", id));
    } else {
      session.screen().line(session.quiet() ? id : "Asked " + id + " to end.");
    }
    return ExitCode.OK;
  }
}
