package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes what is named of an application. */
public final class UpdateApp implements Command {
  private final Session session;

  private String app = "";
  private @Nullable String name;
  private @Nullable String description;
  private @Nullable String instance;

  public UpdateApp(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value);
    form.text(value -> name = value, "TEXT", "A name for people.", "--name")
        .text(value -> description = value, "TEXT", "What it is for.", "--description")
        .oneOf(LiveNames.ofApplication(session, () -> app, Part.INSTANCES.segment()))
        .text(
            value -> instance = value,
            "ID",
            "The instance of runs that name none; \"\" for the code pushed last.",
            "--default-instance");
  }

  @Override
  public int run() {
    Map<String, Object> body = new LinkedHashMap<>();
    Apps.put(body, "name", name);
    Apps.put(body, "description", description);
    Apps.put(body, "default_instance", instance);
    if (body.isEmpty()) {
      throw CliException.usage(
          "Nothing to change.", "satchel app update " + app + " --default-instance ID");
    }
    Node written = session.send(Request.put(Apps.path(app), body)).json();
    return Apps.told(session, written, "Changed " + app + ".");
  }
}
