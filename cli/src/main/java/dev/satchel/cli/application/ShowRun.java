package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Age;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.time.Duration;
import java.util.stream.Collectors;

/** Shows how a run stands. */
public final class ShowRun implements Command {
  private final Session session;

  private String app = "";
  private String id = "";

  public ShowRun(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value);
    Apps.part(form, session, Part.RUNS, () -> app, value -> id = value);
  }

  @Override
  public int run() {
    Node run = session.send(Request.get(Part.RUNS.path(app, id) + "/metadata")).json();
    if (session.json()) {
      session.screen().json(run);
    } else if (session.quiet()) {
      session.screen().line(run.at("metadata").text("status_v2"));
    } else {
      print(run);
    }
    return ExitCode.OK;
  }

  private void print(Node run) {
    Screen screen = session.screen();
    Node metadata = run.at("metadata");
    Apps.printHead(screen, run);
    Apps.line(screen, "status", metadata.text("status_v2"));
    Apps.line(screen, "why", metadata.text("error"));
    Apps.line(screen, "submitted", Age.ago(metadata.text("created_at"), screen.now()));
    Apps.line(screen, "ran", Age.of(Duration.ofMillis(metadata.number("execution_duration", 0))));
    Apps.line(screen, "instance", metadata.text("application_instance_id"));
    Apps.line(screen, "version", metadata.text("application_version_id"));
    Apps.line(screen, "secrets", metadata.text("secrets_collection_id"));
    Node options = metadata.at("options").at("request_options");
    Apps.line(
        screen,
        "options",
        options.names().stream()
            .map(name -> name + "=" + options.text(name))
            .collect(Collectors.joining(" ")));
    Apps.line(screen, "input id", metadata.at("tracking").text("input_id"));
    Apps.line(screen, "input", metadata.text("input_size") + " bytes");
    Apps.line(screen, "output", metadata.text("output_size") + " bytes");
    Apps.line(screen, "statistics", Apps.document(metadata.at("statistics")));
    Apps.line(screen, "metrics", Apps.document(metadata.at("metrics")));
  }
}
