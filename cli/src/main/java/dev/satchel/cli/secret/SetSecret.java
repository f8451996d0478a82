package dev.satchel.cli.secret;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Entry;
import dev.satchel.cli.input.Values;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets single entries of a bundle; the others stay, unread. */
@Command
public final class SetSecret implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "NAME", description = "The bundle's name.")
  String name = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "KEY=VALUE",
      description = "A variable: KEY=VALUE, KEY=@FILE, KEY=-, or KEY alone.")
  List<String> pairs = new ArrayList<>();

  @Option(
      names = "--file",
      paramLabel = "PATH=@FILE",
      description = "A file that the job gets at PATH (repeatable).")
  List<String> files = new ArrayList<>();

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description = "Variables from a dotenv file, or - (repeatable).")
  List<String> envFiles = new ArrayList<>();

  @Option(
      names = "--if-revision",
      paramLabel = "N",
      description = "Refuse where the stored revision is another.")
  @Nullable Long ifRevision;

  public SetSecret(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
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
