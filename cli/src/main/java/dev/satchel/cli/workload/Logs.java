package dev.satchel.cli.workload;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;

/** Shows what a workload has written, its secrets masked. */
public final class Logs implements Command {
  private final Session session;

  private String id = "";
  private boolean follow;
  private int attempt;

  public Logs(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofWorkloads(session))
        .argument(value -> id = value, "ID", "The workload.")
        .flag(
            value -> follow = value,
            "Go on with what it writes, until it has ended.",
            "-f",
            "--follow")
        .number(value -> attempt = value, "N", "This attempt, not the newest.", "--attempt");
  }

  @Override
  public int run() {
    LogPrinter printer = new LogPrinter(session, false);
    if (follow) {
      LogFollower follower = new LogFollower(session, id, attempt, printer);
      if (attempt == 0) {
        follower.followAll();
      } else {
        follower.followAttempt();
      }
    } else {
      print(printer);
    }
    printer.finish();
    return ExitCode.OK;
  }

  private void print(LogPrinter printer) {
    Request request =
        Request.get(Workloads.path(id) + "/logs").with("attempt", attempt == 0 ? null : attempt);
    printer.printAll(request, "satchel logs " + id);
  }
}
