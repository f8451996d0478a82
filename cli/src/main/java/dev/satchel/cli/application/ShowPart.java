package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;

/** Shows a version, an instance, an input, or what may be told of a secrets collection. */
public final class ShowPart implements Command {
  private final Session session;
  private final Part part;

  private String app = "";
  private String id = "";

  public ShowPart(Session session, Form form, Part part) {
    this.session = session;
    this.part = part;
    Apps.one(form, session, value -> app = value);
    Apps.part(form, session, part, () -> app, value -> id = value);
  }

  @Override
  public int run() {
    Node shown = found();
    Screen screen = session.screen();
    if (session.json()) {
      screen.json(shown);
    } else if (session.quiet()) {
      screen.line(shown.text("id"));
    } else {
      switch (part) {
        case VERSIONS -> InstanceText.printVersion(screen, shown);
        case INSTANCES -> InstanceText.print(screen, shown);
        case INPUTS -> printInput(screen, shown);
        case SECRETS, RUNS -> Apps.printHead(screen, shown);
      }
    }
    return ExitCode.OK;
  }

  private static void printInput(Screen screen, Node input) {
    Node format = input.at("format");
    Apps.printHead(screen, input);
    Apps.line(screen, "of run", input.text("run_id"));
    Apps.line(screen, "takes", format.at("input").text("type"));
    Apps.line(screen, "leaves", format.at("output").text("type"));
  }

  /** To ask for a collection itself is to reveal it, so it is looked for in the list. */
  private Node found() {
    return part == Part.SECRETS
        ? session.partsOf(Request.get(part.path(app)), "items", Integer.MAX_VALUE).stream()
            .filter(one -> one.text("id").equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    new CliException(
                        ExitCode.NOT_FOUND,
                        "The application " + app + " has no secrets collection of that id.",
                        "satchel app secrets list " + app))
        : session.send(Request.get(part.path(app, id))).json();
  }
}
