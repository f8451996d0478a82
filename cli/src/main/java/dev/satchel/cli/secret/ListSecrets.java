package dev.satchel.cli.secret;

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

/** Lists bundles. */
public final class ListSecrets implements Command {
  private final Session session;

  public ListSecrets(Session session) {
    this.session = session;
  }

  @Override
  public int run() {
    List<Node> secrets = session.items(Request.get(Paths.SECRETS), Integer.MAX_VALUE);
    if (session.json()) {
      session.screen().json(Session.page(secrets));
    } else if (session.quiet()) {
      secrets.forEach(secret -> session.screen().line(secret.text("name")));
    } else if (secrets.isEmpty()) {
      session.screen().note("No secrets yet. Store one: satchel secrets new NAME KEY");
    } else {
      print(secrets);
    }
    return ExitCode.OK;
  }

  private void print(List<Node> secrets) {
    Screen screen = session.screen();
    Table table = new Table("NAME", "REVISION", "CREATED", "UPDATED", "IN USE BY");
    for (Node secret : secrets) {
      table.row(
          secret.text("name"),
          secret.text("revision"),
          Age.ago(secret.text("created_at"), screen.now()),
          Age.ago(secret.text("updated_at"), screen.now()),
          users(secret.number("holds", 0)));
    }
    table.print(screen);
  }

  private static String users(long holds) {
    return holds == 0 ? "-" : holds == 1 ? "1 workload" : holds + " workloads";
  }
}
