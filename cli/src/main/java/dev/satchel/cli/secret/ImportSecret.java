package dev.satchel.cli.secret;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Entry;
import dev.satchel.cli.input.Values;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Session;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores a bundle from a dotenv file. */
@Command
public final class ImportSecret implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "NAME", description = "The bundle's name.")
  String name = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "A dotenv file, or - for stdin.")
  String file = "";

  @Option(names = "--create-only", description = "Refuse where the name is taken.")
  boolean createOnly;

  public ImportSecret(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
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
