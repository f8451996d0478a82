package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Durations;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.cli.workload.Interrupts;
import dev.satchel.sdk.json.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs an application, waits for its end, and prints what it left. */
public final class RunApp implements Command {
  private final Session session;

  private String app = "";
  private @Nullable String input;
  private @Nullable String inputId;
  private @Nullable String instance;
  private @Nullable String secrets;
  private List<String> options = new ArrayList<>();
  private @Nullable String executionClass;
  private @Nullable String format;
  private @Nullable String name;
  private @Nullable String output;
  private @Nullable String timeout;
  private boolean wait;
  private boolean noWait;

  public RunApp(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value)
        .text(
            value -> input = value,
            "FILE",
            "The input: a file, a directory, or - for stdin.",
            "--input")
        .oneOf(LiveNames.ofApplication(session, () -> app, Part.INPUTS.segment()))
        .text(value -> inputId = value, "ID", "A managed input, not one of here.", "--input-id")
        .oneOf(LiveNames.ofApplication(session, () -> app, Part.INSTANCES.segment()))
        .text(value -> instance = value, "ID", "What is run, not the default.", "--instance")
        .oneOf(LiveNames.ofApplication(session, () -> app, Part.SECRETS.segment()))
        .text(
            value -> secrets = value,
            "ID",
            "A secrets collection, not the instance's.",
            "--secrets")
        .texts(value -> options = value, "NAME=VALUE", "An argument of the program", "--option")
        .text(value -> executionClass = value, "NAME", "What it runs on.", "--execution-class")
        .oneOf(RunFormats.NAMES)
        .text(
            value -> format = value,
            "IN[:OUT]",
            "What goes in and comes out, not what the code says: json, text, multi-file.",
            "--format")
        .text(value -> name = value, "TEXT", "A name for people.", "--name")
        .text(
            value -> output = value, "PLACE", "A file for its output, or a directory.", "--output")
        .flag(value -> wait = value, "Wait for its end, as it does anyhow.", "--wait")
        .flag(value -> noWait = value, "Do not wait; print the run's id.", "--no-wait")
        .text(value -> timeout = value, "TIME", "Wait no longer: 90s, 2h.", "--timeout")
        .footer(
            "Prints what the run left, and exits with the program's code. Ctrl-C asks the run to",
            "end; a second Ctrl-C leaves it.",
            "",
            "  satchel app run seed --input data.json --secrets licence --option duration=30");
  }

  @Override
  public int run() {
    if (wait && noWait) {
      throw CliException.usage("--wait and --no-wait cannot both be.");
    }
    if (input != null && inputId != null) {
      throw CliException.usage("--input and --input-id cannot both be.");
    }
    Duration limit = timeout == null ? null : Durations.parse("--timeout", timeout);
    Map<String, Object> body = body();
    Request submit = Request.post(Part.RUNS.path(app), body).with("instance_id", instance);
    Node accepted = session.send(submit).json();
    String id = accepted.text("run_id");
    if (noWait) {
      return tellSubmitted(accepted, id);
    }
    if (!session.quiet()) {
      session.screen().note("Submitted " + id + ".");
    }
    Interrupts.endOnInterrupt(session, id);
    return new RunOutcome(session, app, id, output).tellAtEnd(limit);
  }

  private Map<String, Object> body() {
    Map<String, Object> configuration = new LinkedHashMap<>();
    Apps.put(configuration, "secrets_collection_id", secrets);
    Apps.put(configuration, "execution_class", executionClass);
    Apps.put(configuration, "format", RunFormats.of(session, format, input));
    Map<String, Object> body = new LinkedHashMap<>();
    Apps.put(body, "name", name);
    Map<String, String> given = Apps.options(options);
    if (!given.isEmpty()) {
      body.put("options", given);
    }
    if (!configuration.isEmpty()) {
      body.put("configuration", configuration);
    }
    Apps.put(body, "input_id", inputId);
    if (input != null) {
      body.put("upload_id", new RunInput(session, app).sent(input));
    }
    return body;
  }

  private int tellSubmitted(Node accepted, String id) {
    Screen screen = session.screen();
    if (session.json()) {
      screen.json(accepted);
    } else if (session.quiet()) {
      screen.line(id);
    } else {
      screen.line("Submitted " + screen.bold(id) + ".");
      screen.line(screen.faint("  satchel app runs logs " + app + " " + id + " -f"));
      screen.line(screen.faint("  satchel app runs result " + app + " " + id));
    }
    return ExitCode.OK;
  }
}
