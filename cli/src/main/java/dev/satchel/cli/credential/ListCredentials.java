package dev.satchel.cli.credential;

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

/** Lists credentials. */
public final class ListCredentials implements Command {
  private final Session session;

  public ListCredentials(Session session) {
    this.session = session;
  }

  @Override
  public int run() {
    List<Node> credentials = session.items(Request.get(Paths.CREDENTIALS), Integer.MAX_VALUE);
    if (session.json()) {
      session.screen().json(Session.page(credentials));
    } else if (session.quiet()) {
      credentials.forEach(credential -> session.screen().line(credential.text("name")));
    } else if (credentials.isEmpty()) {
      session
          .screen()
          .note("No credentials yet. Store one: satchel credentials new NAME --kind KIND");
    } else {
      print(credentials);
    }
    return ExitCode.OK;
  }

  private void print(List<Node> credentials) {
    Screen screen = session.screen();
    Table table = new Table("NAME", "KIND", "REVISION", "UPDATED", "FIELDS");
    for (Node credential : credentials) {
      table.row(
          credential.text("name"),
          credential.text("kind"),
          credential.text("revision"),
          Age.ago(credential.text("updated_at"), screen.now()),
          ShowCredential.fields(credential));
    }
    table.print(screen);
  }
}
