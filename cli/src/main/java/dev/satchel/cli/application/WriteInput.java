package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps an input for runs to come, or changes the name and description of one. */
public final class WriteInput implements Command {
  private final Session session;
  private final boolean create;

  private String app = "";
  private String id = "";
  private @Nullable String input;
  private @Nullable String run;
  private @Nullable String format;
  private @Nullable String name;
  private @Nullable String description;

  /**
   * @param create whether it is to be made; otherwise it is there
   */
  public WriteInput(Session session, Form form, boolean create) {
    this.session = session;
    this.create = create;
    Apps.one(form, session, value -> app = value);
    if (create) {
      form.argument(value -> id = value, "ID", "Its id: letters, digits and . _ -")
          .text(
              value -> input = value,
              "FILE",
              "What is kept: a file, a directory, or - for stdin.",
              "--input")
          .oneOf(LiveNames.ofApplication(session, () -> app, Part.RUNS.segment()))
          .text(value -> run = value, "ID", "A run, whose input is kept.", "--run")
          .oneOf(RunFormats.NAMES)
          .text(value -> format = value, "IN[:OUT]", "What runs of it take and leave.", "--format");
    } else {
      Apps.part(form, session, Part.INPUTS, () -> app, value -> id = value);
    }
    form.text(value -> name = value, "TEXT", "A name for people.", "--name")
        .text(value -> description = value, "TEXT", "What it is for.", "--description");
  }

  @Override
  public int run() {
    Map<String, Object> body = new LinkedHashMap<>();
    Apps.put(body, "name", name == null && create ? id : name);
    Apps.put(body, "description", description);
    return create ? create(body) : update(body);
  }

  private int create(Map<String, Object> body) {
    if ((input == null) == (run == null)) {
      throw CliException.usage(
          "A managed input is made of one of --input FILE and --run ID.",
          "satchel app inputs create " + app + " " + id + " --input FILE");
    }
    body.put("id", id);
    Apps.put(body, "format", RunFormats.of(session, format, input));
    Apps.put(body, "run_id", run);
    if (input != null) {
      body.put("upload_id", new RunInput(session, app).sent(input));
    }
    Node made = session.send(Request.post(Part.INPUTS.path(app), body)).json();
    return Apps.told(
        session, made, "Kept " + id + ". Run it: satchel app run " + app + " --input-id " + id);
  }

  private int update(Map<String, Object> body) {
    if (body.isEmpty()) {
      throw CliException.usage(
          "Nothing to change.", "satchel app inputs update " + app + " " + id + " --name TEXT");
    }
    Node written = session.send(Request.put(Part.INPUTS.path(app, id), body)).json();
    return Apps.told(session, written, "Changed " + id + ".");
  }
}
