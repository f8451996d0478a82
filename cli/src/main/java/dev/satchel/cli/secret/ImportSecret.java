package dev.satchel.cli.secret;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Entry;
import dev.satchel.cli.input.Values;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import java.util.List;
import java.util.Map;

/** Stores a bundle from a dotenv file. */
public final class ImportSecret implements Command {
  private final Session session;

  private String name = "";
  private String file = "";
  private boolean createOnly;

  public ImportSecret(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofSecrets(session))
        .argument(value -> name = value, "NAME", "The bundle's name.")
        .argument(value -> file = value, "FILE", "A dotenv file, or - for stdin.")
        .flag(value -> createOnly = value, "Refuse where the name is taken.", "--create-only");
  }

  @Override
  public int run() {
    List<Entry> entries =
        new Values(session.surroundings()).entries(List.of(), List.of(), List.of(file));
    if (entries.isEmpty()) {
      throw CliException.usage("There is no NAME=value in " + file + ".");
    }
    Request request =
        Request.put(Secrets.path(name), Map.of("entries", Secrets.wire(entries)))
            .header("If-None-Match", createOnly ? "*" : null);
    return Secrets.tellWritten(session, session.send(request).json());
  }
}
