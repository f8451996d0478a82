package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Durations;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import org.jspecify.annotations.Nullable;

/** Waits for a run's end and prints what it left. */
public final class ShowRunResult implements Command {
  private final Session session;

  private String app = "";
  private String id = "";
  private @Nullable String output;
  private @Nullable String timeout;

  public ShowRunResult(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value);
    Apps.part(form, session, Part.RUNS, () -> app, value -> id = value)
        .text(
            value -> output = value, "PLACE", "A file for its output, or a directory.", "--output")
        .text(value -> timeout = value, "TIME", "Wait no longer: 90s, 2h.", "--timeout")
        .footer("Exits with the program's code.");
  }

  @Override
  public int run() {
    // That the run is of this application, before its end is waited for.
    var _ = session.send(Request.get(Part.RUNS.path(app, id) + "/metadata"));
    return new RunOutcome(session, app, id, output)
        .tellAtEnd(timeout == null ? null : Durations.parse("--timeout", timeout));
  }
}
