package dev.satchel.cli.secret;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.RequestException;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Removes single entries of a bundle. */
public final class UnsetSecret implements Command {
  private final Session session;

  private String name = "";

  private List<String> keys = new ArrayList<>();

  private List<String> files = new ArrayList<>();

  private @Nullable Integer ifRevision;

  public UnsetSecret(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofSecrets(session))
        .argument(value -> name = value, "NAME", "The bundle's name.")
        .arguments(value -> keys = value, 0, "KEY", "The names of variables to remove.")
        .texts(value -> files = value, "PATH", "A file to remove", "--file")
        .number(
            value -> ifRevision = value,
            "N",
            "Refuse where the stored revision is another.",
            "--if-revision");
  }

  @Override
  public int run() {
    List<Map<String, String>> entries = new ArrayList<>();
    keys.forEach(key -> entries.add(Map.of("type", "env", "location", key)));
    files.forEach(path -> entries.add(Map.of("type", "file", "location", path)));
    if (keys.stream().anyMatch(key -> key.indexOf('=') >= 0)) { // What follows may be a value.
      throw CliException.usage(
          "Keys are removed by their names alone, without a value.",
          "satchel secrets unset " + name + " KEY");
    }
    if (entries.isEmpty()) {
      throw CliException.usage("Nothing to remove.", "satchel secrets show " + name);
    }
    Request request =
        Request.post(Secrets.path(name) + "/changes", Map.of("unset", entries))
            .header("If-Match", ifRevision == null ? null : "\"" + ifRevision + "\"");
    try {
      return Secrets.tellWritten(session, session.send(request).json());
    } catch (RequestException refused) {
      throw named(refused, entries);
    }
  }

  /** The server names an entry by its place, because it cannot know that it is no value. */
  private RuntimeException named(RequestException refused, List<Map<String, String>> entries) {
    String detail = refused.detail();
    for (int i = 0; i < entries.size(); i++) {
      if (detail.startsWith("unset[" + i + "] ")) {
        String rest = detail.substring(detail.indexOf(' '));
        return new CliException(
            ExitCode.NOT_FOUND,
            entries.get(i).get("location") + rest,
            "satchel secrets show " + name);
      }
    }
    return refused;
  }
}
