package dev.satchel.cli.application;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Age;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.output.Table;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;

/** Lists applications. */
public final class ListApps implements Command {
  private final Session session;

  public ListApps(Session session) {
    this.session = session;
  }

  @Override
  public int run() {
    List<Node> apps = session.partsOf(Request.get(Paths.APPLICATIONS), "items", Integer.MAX_VALUE);
    if (session.json()) {
      session.screen().json(Session.page(apps));
    } else if (session.quiet()) {
      apps.forEach(app -> session.screen().line(app.text("id")));
    } else if (apps.isEmpty()) {
      session.screen().note("No applications yet. Make one: satchel app create ID");
    } else {
      print(apps);
    }
    return ExitCode.OK;
  }

  private void print(List<Node> apps) {
    Screen screen = session.screen();
    Table table = new Table("ID", "NAME", "DEFAULT INSTANCE", "UPDATED");
    for (Node app : apps) {
      String instance = app.text("default_instance");
      table.row(
          app.text("id"),
          app.text("name"),
          instance.isEmpty() ? "latest" : instance,
          Age.ago(app.text("updated_at"), screen.now()));
    }
    table.print(screen);
  }
}
