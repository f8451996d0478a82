package dev.satchel.cli.credential;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Entry;
import dev.satchel.cli.input.Values;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stores a credential, or replaces the one of its name. */
public final class NewCredential implements Command {
  private final Session session;

  private String name = "";
  private @Nullable String kind;
  private List<String> pairs = new ArrayList<>();

  public NewCredential(Session session, Form form) {
    this.session = session;
    form.footer(
            "A value that is not on the command line is not in the shell's history:",
            "  satchel credentials new ghcr --kind registry server=ghcr.io username=me password",
            "  satchel credentials new my-aws --kind cloud access_key_id=@id secret_access_key=@key",
            "  satchel credentials new gpu --kind docker host=ssh://me@gpu host_key=@keys private_key=@key")
        .oneOf(LiveNames.ofCredentials(session))
        .argument(value -> name = value, "NAME", "The credential's name.")
        .arguments(
            value -> pairs = value,
            1,
            "FIELD=VALUE",
            "A field: FIELD=VALUE, FIELD=@FILE, FIELD=-, or FIELD alone.")
        .text(value -> kind = value, "KIND", "registry, cloud or docker", "--kind");
  }

  @Override
  public int run() {
    if (kind == null) {
      throw CliException.usage(
          "A credential needs a kind: registry, cloud or docker.",
          "satchel credentials new " + name + " --kind registry server=HOST username=ME password");
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (Entry entry : new Values(session.surroundings()).entries(pairs, List.of(), List.of())) {
      if (entry.toWire().containsKey("encoding")) {
        throw CliException.usage("The value of " + entry.location() + " is not UTF-8 text.");
      }
      fields.put(entry.location(), entry.text());
    }
    Map<String, Object> body = Map.of("kind", kind, "fields", fields);
    Node written = session.send(Request.put(path(name), body)).json();
    if (session.json()) {
      session.screen().json(written);
    } else if (session.quiet()) {
      session.screen().line(written.text("name"));
    } else {
      session
          .screen()
          .line("Stored " + written.text("name") + " (revision " + written.text("revision") + ").");
    }
    return ExitCode.OK;
  }

  static String path(String name) {
    return Paths.CREDENTIALS + "/" + Request.segment(name);
  }
}
