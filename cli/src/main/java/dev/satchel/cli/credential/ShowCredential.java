package dev.satchel.cli.credential;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Age;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;
import java.util.stream.Collectors;

/** Shows all that may be told of a credential. */
public final class ShowCredential implements Command {
  private static final int SHOWN_MAX_CHARS = 60;

  private final Session session;

  private String name = "";

  public ShowCredential(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofCredentials(session))
        .argument(value -> name = value, "NAME", "The credential's name.");
  }

  @Override
  public int run() {
    Node credential = session.send(Request.get(NewCredential.path(name))).json();
    if (session.json()) {
      session.screen().json(credential);
    } else if (session.quiet()) {
      session.screen().line(credential.text("kind"));
    } else {
      print(credential);
    }
    return ExitCode.OK;
  }

  private void print(Node credential) {
    Screen screen = session.screen();
    screen.line(
        screen.bold(credential.text("name"))
            + "  "
            + credential.text("kind")
            + ", revision "
            + credential.text("revision"));
    screen.line("  fields   " + fields(credential));
    screen.line("  hidden   " + String.join(", ", credential.at("redacted").texts()));
    screen.line("  updated  " + Age.ago(credential.text("updated_at"), screen.now()));
    List<String> users = credential.at("used_by").texts();
    screen.line("  used by  " + (users.isEmpty() ? "no workload" : String.join(", ", users)));
  }

  /** The fields that may be seen, as they would be typed. */
  static String fields(Node credential) {
    Node fields = credential.at("fields");
    return fields.names().stream()
        .map(field -> field + "=" + shortened(fields.text(field)))
        .collect(Collectors.joining(" "));
  }

  /** On one line: a host's keys are long. */
  private static String shortened(String value) {
    String line = value.strip().replaceAll("\\s+", " ");
    return line.length() > SHOWN_MAX_CHARS ? line.substring(0, SHOWN_MAX_CHARS) + "…" : line;
  }
}
