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

/** Stores a bundle, or replaces the one of its name. */
public final class NewSecret implements Command {
  private final Session session;

  private String name = "";

  private List<String> pairs = new ArrayList<>();

  private List<String> files = new ArrayList<>();

  private List<String> envFiles = new ArrayList<>();

  private boolean createOnly;
  private @Nullable Integer ifRevision;

  public NewSecret(Session session, Form form) {
    this.session = session;
    form.footer(
            "A value that is not on the command line is not in the shell's history:",
            "  satchel secrets new hf HF_TOKEN            asks, or takes the variable HF_TOKEN",
            "  satchel secrets new hf HF_TOKEN=@token.txt  the file's bytes, as they are",
            "  pass show hf | satchel secrets new hf HF_TOKEN=-  without the last line break")
        .oneOf(LiveNames.ofSecrets(session))
        .argument(value -> name = value, "NAME", "The bundle's name.")
        .arguments(
            value -> pairs = value,
            0,
            "KEY=VALUE",
            "A variable: KEY=VALUE, KEY=@FILE, KEY=-, or KEY alone.")
        .texts(value -> files = value, "PATH=@FILE", "A file that the job gets at PATH", "--file")
        .texts(
            value -> envFiles = value, "FILE", "Variables from a dotenv file, or -", "--env-file")
        .flag(value -> createOnly = value, "Refuse where the name is taken.", "--create-only")
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
      throw CliException.usage(
          "A bundle needs at least one value.", "satchel secrets new " + name + " KEY");
    }
    Request request =
        Request.put(Secrets.path(name), Map.of("entries", Secrets.wire(entries)))
            .header("If-None-Match", createOnly ? "*" : null)
            .header("If-Match", ifRevision == null ? null : "\"" + ifRevision + "\"");
    return Secrets.tellWritten(session, session.send(request).json());
  }
}
