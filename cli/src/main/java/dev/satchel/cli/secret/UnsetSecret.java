package dev.satchel.cli.secret;

import dev.satchel.cli.http.Request;
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

/** Removes single entries of a bundle. */
@Command
public final class UnsetSecret implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "NAME", description = "The bundle's name.")
  String name = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "KEY",
      description = "The names of variables to remove.")
  List<String> keys = new ArrayList<>();

  @Option(names = "--file", paramLabel = "PATH", description = "A file to remove (repeatable).")
  List<String> files = new ArrayList<>();

  @Option(
      names = "--if-revision",
      paramLabel = "N",
      description = "Refuse where the stored revision is another.")
  @Nullable Long ifRevision;

  public UnsetSecret(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Map<String, String>> entries = new ArrayList<>();
    keys.forEach(key -> entries.add(Map.of("type", "env", "location", key)));
    files.forEach(path -> entries.add(Map.of("type", "file", "location", path)));
    if (entries.isEmpty()) {
      throw CliException.usage("Nothing to remove.", "satchel secrets show " + name);
    }
    Request request =
        Request.post(Secrets.path(name) + "/changes", Map.of("unset", entries))
            .header("If-Match", ifRevision == null ? null : "\"" + ifRevision + "\"");
    return Secrets.tellWritten(session, session.send(request).json());
  }
}
