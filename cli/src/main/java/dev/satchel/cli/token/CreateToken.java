package dev.satchel.cli.token;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Durations;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a token and shows it, the only time that anyone can. */
public final class CreateToken implements Command {
  private final Session session;

  private String name = "";

  private List<String> roles = new ArrayList<>();

  private List<String> uses = new ArrayList<>();
  private @Nullable String expires;

  public CreateToken(Session session, Form form) {
    this.session = session;
    form.argument(value -> name = value, "NAME", "What it is for.")
        .texts(
            value -> roles = value, "ROLE", "admin, writer, runner, revealer or auditor", "--role")
        .texts(
            value -> uses = value,
            "NAME",
            "A bundle that it may hand to jobs, or credential/NAME or volume/NAME that they may use; without the role admin no others",
            "--uses")
        .text(value -> expires = value, "TIME", "It ends after so long: 8h, 30d.", "--expires");
  }

  @Override
  public int run() {
    if (roles.isEmpty()) {
      throw CliException.usage(
          "A token needs a role: admin, writer, runner, revealer or auditor.",
          "satchel token create " + name + " --role runner");
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("roles", roles.stream().flatMap(role -> Stream.of(role.split(",", -1))).toList());
    if (!uses.isEmpty()) {
      body.put("uses", uses.stream().flatMap(name -> Stream.of(name.split(",", -1))).toList());
    }
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
