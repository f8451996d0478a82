package dev.satchel.cli.secret;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Age;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.output.Table;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;

/** Shows all that may be told of a bundle. */
public final class ShowSecret implements Command {
  private final Session session;

  private String name = "";

  public ShowSecret(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofSecrets(session))
        .argument(value -> name = value, "NAME", "The bundle's name.");
  }

  @Override
  public int run() {
    Node secret = session.send(Request.get(Secrets.path(name))).json();
    if (session.json()) {
      session.screen().json(secret);
    } else if (session.quiet()) {
      secret.at("entries").items().forEach(e -> session.screen().line(e.text("location")));
    } else {
      print(secret);
    }
    return ExitCode.OK;
  }

  private void print(Node secret) {
    Screen screen = session.screen();
    screen.line(screen.bold(secret.text("name")) + "  revision " + secret.text("revision"));
    screen.line("  created  " + Age.ago(secret.text("created_at"), screen.now()));
    screen.line("  updated  " + Age.ago(secret.text("updated_at"), screen.now()));
    List<String> users = secret.at("used_by").texts();
    screen.line("  used by  " + (users.isEmpty() ? "no workload" : String.join(", ", users)));
    List<String> stale = secret.at("stale_workloads").texts();
    if (!stale.isEmpty()) {
      screen.line("  stale    " + String.join(", ", stale));
      screen.line("           satchel resubmit ID gives it what the secret holds now");
    }
    screen.line("");
    Table entries = new Table("TYPE", "LOCATION");
    for (Node entry : secret.at("entries").items()) {
      entries.row(entry.text("type"), entry.text("location"));
    }
    entries.print(screen);
  }
}
