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

/** Lists the versions, instances, inputs or secrets collections of an application. */
public final class ListParts implements Command {
  private final Session session;
  private final Part part;

  private String app = "";

  public ListParts(Session session, Form form, Part part) {
    this.session = session;
    this.part = part;
    Apps.one(form, session, value -> app = value);
  }

  @Override
  public int run() {
    List<Node> items = session.partsOf(Request.get(part.path(app)), "items", Integer.MAX_VALUE);
    if (session.json()) {
      session.screen().json(Session.page(items));
    } else if (session.quiet()) {
      items.forEach(item -> session.screen().line(item.text("id")));
    } else if (items.isEmpty()) {
      session
          .screen()
          .note("None yet. Make one: satchel app " + part.segment() + " create " + app + " ID");
    } else {
      print(items);
    }
    return ExitCode.OK;
  }

  private void print(List<Node> items) {
    Screen screen = session.screen();
    String[] heads = {"ID", "UPDATED", about(), "NAME"};
    Table table = new Table(heads);
    for (Node item : items) {
      table.row(
          item.text("id"),
          Age.ago(item.text("updated_at"), screen.now()),
          about(item),
          item.text("name"));
    }
    table.print(screen);
  }

  private String about() {
    return switch (part) {
      case VERSIONS -> "PUSHED BY";
      case INSTANCES -> "RUNS";
      case INPUTS, SECRETS, RUNS -> "FOR";
    };
  }

  private String about(Node item) {
    return switch (part) {
      case VERSIONS -> item.at("executable").text("user_email");
      case INSTANCES -> InstanceText.runs(item);
      case INPUTS, SECRETS, RUNS -> item.text("description");
    };
  }
}
