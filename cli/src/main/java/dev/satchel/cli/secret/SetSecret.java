package dev.satchel.cli.secret;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Entry;
import dev.satchel.cli.input.Values;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets single entries of a bundle; the others stay, unread. */
public final class SetSecret implements Command {
  private final Session session;

  private String name = "";

  private List<String> pairs = new ArrayList<>();

  private List<String> files = new ArrayList<>();

  private List<String> envFiles = new ArrayList<>();

  private @Nullable Integer ifRevision;

  public SetSecret(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofSecrets(session))
        .argument(value -> name = value, "NAME", "The bundle's name.")
        .arguments(
            value -> pairs = value,
            0,
            "KEY=VALUE",
            "A variable: KEY=VALUE, KEY=@FILE, KEY=-, or KEY alone.")
        .texts(value -> files = value, "PATH=@FILE", "A file that the job gets at PATH", "--file")
        .texts(
            value -> envFiles = value, "FILE", "Variables from a dotenv file, or -", "--env-file")
        .number(
            value -> ifRevision = value,
            "N",
            "Refuse where the stored revision is another.",
            "--if-revision");
  }

  @Override
  public int run() {
    List<Entry> entries = new Values(session.surroundings()).entries(pairs, files, envFiles);
    if (entries.isEmpty()) {
      throw CliException.usage("Nothing to set.", "satchel secrets set " + name + " KEY");
    }
    Request request =
        Request.post(Secrets.path(name) + "/changes", Map.of("set", Secrets.wire(entries)))
            .header("If-Match", ifRevision == null ? null : "\"" + ifRevision + "\"");
    return Secrets.tellWritten(session, session.send(request).json());
  }
}
