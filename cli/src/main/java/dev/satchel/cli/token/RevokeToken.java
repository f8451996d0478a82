package dev.satchel.cli.token;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;

/** Revokes a token. */
public final class RevokeToken implements Command {
  private final Session session;

  private String id = "";

  public RevokeToken(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofTokens(session))
        .argument(value -> id = value, "ID", "The token's id, as \"satchel token list\" shows it.");
  }

  @Override
  public int run() {
    Node revoked = session.send(Request.delete(Paths.TOKENS + "/" + Request.segment(id))).json();
    if (session.json()) {
      session.screen().json(revoked);
    } else {
      session.screen().line(session.quiet() ? id : "Revoked " + id + ".");
    }
    return ExitCode.OK;
  }
}
