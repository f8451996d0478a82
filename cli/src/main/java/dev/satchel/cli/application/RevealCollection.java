package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows a secrets collection with its values, which the server records. */
public final class RevealCollection implements Command {
  private final Session session;

  private String app = "";
  private String id = "";
  private @Nullable String location;

  public RevealCollection(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value);
    Apps.part(form, session, Part.SECRETS, () -> app, value -> id = value);
    form.argumentIfAny(
            value -> location = value, "LOCATION", "This value alone, byte for byte, for a pipe.")
        .footer("Needs a token of the roles admin or revealer. Each time is in the audit.");
  }

  @Override
  public int run() {
    Node collection = session.send(Request.get(Part.SECRETS.path(app, id))).json();
    List<Node> secrets = collection.at("secrets").items();
    Screen screen = session.screen();
    if (location != null) {
      byte[] value = only(secrets).text("value").getBytes(StandardCharsets.UTF_8);
      screen.bytes(value, value.length);
    } else if (session.json()) {
      screen.json(collection);
    } else if (session.quiet()) {
      secrets.forEach(secret -> screen.line(secret.text("location")));
    } else {
      for (Node secret : secrets) {
        screen.line(screen.bold(secret.text("type") + " " + secret.text("location")));
        screen.line(secret.text("value"));
      }
    }
    return ExitCode.OK;
  }

  private Node only(List<Node> secrets) {
    return secrets.stream()
        .filter(secret -> secret.text("location").equals(location))
        .findFirst()
        .orElseThrow(
            () ->
                new CliException(
                    ExitCode.NOT_FOUND,
                    "The secrets collection " + id + " has no such location.",
                    "satchel app secrets reveal " + app + " " + id + " -q"));
  }
}
