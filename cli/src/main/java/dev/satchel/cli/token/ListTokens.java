package dev.satchel.cli.token;

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

/** Lists tokens, without what opens them. */
public final class ListTokens implements Command {
  private final Session session;

  public ListTokens(Session session) {
    this.session = session;
  }

  @Override
  public int run() {
    List<Node> tokens = session.items(Request.get(Paths.TOKENS), Integer.MAX_VALUE);
    if (session.json()) {
      session.screen().json(Session.page(tokens));
    } else if (session.quiet()) {
      tokens.forEach(token -> session.screen().line(token.text("id")));
    } else {
      print(tokens);
    }
    return ExitCode.OK;
  }

  private void print(List<Node> tokens) {
    Screen screen = session.screen();
    Table table = new Table("ID", "NAME", "ROLES", "USES", "CREATED", "LAST USED", "EXPIRES");
    for (Node token : tokens) {
      String used = Age.ago(token.text("last_used_at"), screen.now());
      String expires = token.text("expires_at");
      table.row(
          token.text("id"),
          token.text("name"),
          String.join(",", token.at("roles").texts()),
          uses(token),
          Age.ago(token.text("created_at"), screen.now()),
          used.isEmpty() ? "never" : used,
          token.at("revoked_at").isPresent() ? "revoked" : expires.isEmpty() ? "never" : expires);
    }
    table.print(screen);
  }

  private static String uses(Node token) {
    List<String> uses = token.at("uses").texts();
    return uses.isEmpty() ? "-" : String.join(",", uses);
  }
}
