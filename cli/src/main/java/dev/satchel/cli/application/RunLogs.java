package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.cli.workload.LogFollower;
import dev.satchel.cli.workload.LogPrinter;
import dev.satchel.cli.workload.Workloads;

/** Shows what a run has written to standard error, its secrets masked. */
public final class RunLogs implements Command {
  private final Session session;

  private String app = "";
  private String id = "";
  private boolean follow;

  public RunLogs(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value);
    Apps.part(form, session, Part.RUNS, () -> app, value -> id = value)
        .flag(
            value -> follow = value,
            "Go on with what it writes, until it has ended.",
            "-f",
            "--follow");
  }

  @Override
  public int run() {
    // That the run is of this application; its log is that of any workload.
    var _ = session.send(Request.get(Part.RUNS.path(app, id) + "/metadata"));
    LogPrinter printer = new LogPrinter(session, false);
    if (follow) {
      var _ = new LogFollower(session, id, 0, printer).followAll();
    } else {
      printer.printAll(
          Request.get(Workloads.path(id) + "/logs"), "satchel app runs logs " + app + " " + id);
    }
    printer.finish();
    return ExitCode.OK;
  }
}
