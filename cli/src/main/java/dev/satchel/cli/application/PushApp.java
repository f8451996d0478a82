package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.pack.Pack;
import dev.satchel.sdk.pack.PackException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends the code of an application. */
public final class PushApp implements Command {
  private final Session session;

  private String app = "";
  private @Nullable String directory;
  private boolean prepared;

  public PushApp(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value)
        .argumentIfAny(
            value -> directory = value, "DIR", "Where its app.yaml is; here if left out.")
        .flag(
            value -> prepared = value,
            "What app.yaml wants done before (build, pre-push, pip-requirements) was done.",
            "--prepared")
        .footer(
            "What \"files\" of app.yaml names is sent, and becomes the newest executable: that of",
            "the instance \"latest\", and of the next version. A push runs no commands.");
  }

  @Override
  public int run() {
    Path code =
        session.surroundings().workingDirectory().resolve(directory == null ? "." : directory);
    try (Pack pack = Pack.ofCode(code.normalize(), prepared)) {
      send(pack);
      Map<String, Object> pushed = new LinkedHashMap<>();
      pushed.put("id", app);
      pushed.put("files", pack.files());
      if (session.json()) {
        session.screen().json(pushed);
      } else if (session.quiet()) {
        session.screen().line(app);
      } else {
        String files = pack.files() == 1 ? "1 file" : pack.files() + " files";
        session.screen().line("Pushed " + files + " to " + app + ".");
        session.screen().line(session.screen().faint("  satchel app run " + app + " --input FILE"));
      }
      return ExitCode.OK;
    } catch (PackException refused) {
      throw refused.what().endsWith("say that it is prepared.")
          ? new CliException(
              ExitCode.FAILED, refused.what(), "satchel app push " + app + " DIR --prepared")
          : new CliException(ExitCode.FAILED, refused.what());
    } catch (UncheckedIOException unreadable) {
      throw new CliException(ExitCode.FAILED, "A file of " + code + " cannot be read.");
    }
  }

  private void send(Pack pack) {
    String path = Apps.path(app) + "/binary";
    String address = session.send(Request.get(path)).json().text("upload_url");
    new Transfer(session, address).send(pack.archive());
    var _ = session.send(Request.put(path, Map.of("requirements", pack.requirements())));
  }
}
