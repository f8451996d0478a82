package dev.satchel.cli.token;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Durations;
import dev.satchel.cli.json.Node;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a token and shows it, the only time that anyone can. */
@Command
public final class CreateToken implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "What it is for.")
  String name = "";

  @Option(
      names = "--role",
      required = true,
      split = ",",
      paramLabel = "ROLE",
      description = "admin, writer, runner or auditor (repeatable).")
  List<String> roles = new ArrayList<>();

  @Option(names = "--expires", paramLabel = "TIME", description = "It ends after so long: 8h, 30d.")
  @Nullable String expires;

  public CreateToken(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("roles", roles);
    if (expires != null) {
      body.put("expires_at", session.screen().now().plus(Durations.parse("--expires", expires)));
    }
    Node created = session.send(Request.post(Paths.TOKENS, body)).json();
    if (session.json()) {
      session.screen().json(created);
    } else {
      session.screen().line(created.text("token"));
      if (!session.quiet()) {
        session.screen().note("Made " + created.text("id") + ". This is shown once; keep it now.");
      }
    }
    return ExitCode.OK;
  }
}
