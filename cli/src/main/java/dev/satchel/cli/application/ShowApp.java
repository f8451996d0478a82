package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;
import java.util.stream.Collectors;

/** Shows an application and what it has. */
public final class ShowApp implements Command {
  private final Session session;

  private String app = "";

  public ShowApp(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value);
  }

  @Override
  public int run() {
    Node shown = session.send(Request.get(Apps.path(app))).json();
    if (session.json()) {
      session.screen().json(shown);
    } else if (session.quiet()) {
      session.screen().line(shown.text("id"));
    } else {
      print(shown);
    }
    return ExitCode.OK;
  }

  private void print(Node shown) {
    Screen screen = session.screen();
    Apps.printHead(screen, shown);
    Apps.line(screen, "default", shown.text("default_instance"));
    for (Part part : List.of(Part.VERSIONS, Part.INSTANCES, Part.SECRETS, Part.INPUTS)) {
      String ids =
          session.partsOf(Request.get(part.path(app)), "items", 100).stream()
              .map(item -> item.text("id"))
              .collect(Collectors.joining(", "));
      Apps.line(screen, part.segment(), ids.isEmpty() ? "none" : ids);
    }
  }
}
