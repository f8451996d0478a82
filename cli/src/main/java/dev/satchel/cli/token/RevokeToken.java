package dev.satchel.cli.token;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.json.Node;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Revokes a token. */
@Command
public final class RevokeToken implements Callable<Integer> {
  private final Session session;

  @Parameters(
      paramLabel = "ID",
      description = "The token's id, as \"satchel token list\" shows it.")
  String id = "";

  public RevokeToken(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Node revoked = session.send(Request.delete(Paths.TOKENS + "/" + Request.segment(id))).json();
    if (session.json()) {
      session.screen().json(revoked);
    } else {
      session.screen().line(session.quiet() ? id : "Revoked " + id + ".");
    }
    return ExitCode.OK;
  }
}
