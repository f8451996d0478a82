package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Age;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.output.Table;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;

/** Lists the runs of an application, newest first. */
public final class ListRuns implements Command {
  private final Session session;

  private String app = "";
  private int limit = 20;

  public ListRuns(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value)
        .number(value -> limit = Math.max(1, value), "N", "At most so many; 20.", "--limit");
  }

  @Override
  public int run() {
    List<Node> runs = session.partsOf(Request.get(Part.RUNS.path(app)), "runs", limit);
    if (session.json()) {
      session.screen().json(Session.page(runs));
    } else if (session.quiet()) {
      runs.forEach(run -> session.screen().line(run.text("id")));
    } else if (runs.isEmpty()) {
      session.screen().note("No runs yet: satchel app run " + app + " --input FILE");
    } else {
      print(runs);
    }
    return ExitCode.OK;
  }

  private void print(List<Node> runs) {
    Screen screen = session.screen();
    Table table = new Table("ID", "STATUS", "INSTANCE", "VERSION", "SUBMITTED", "NAME").states(1);
    for (Node run : runs) {
      String name = run.text("name");
      table.row(
          run.text("id"),
          run.text("status_v2"),
          run.text("application_instance_id"),
          run.text("application_version_id"),
          Age.ago(run.text("created_at"), screen.now()),
          name.equals(run.text("id")) ? "" : name);
    }
    table.print(screen);
  }
}
