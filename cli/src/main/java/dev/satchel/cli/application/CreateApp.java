package dev.satchel.cli.application;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes an application. */
public final class CreateApp implements Command {
  private final Session session;

  private String id = "";
  private @Nullable String name;
  private @Nullable String description;

  public CreateApp(Session session, Form form) {
    this.session = session;
    form.argument(value -> id = value, "ID", "Its id: letters, digits and . _ -")
        .text(value -> name = value, "TEXT", "A name for people.", "--name")
        .text(value -> description = value, "TEXT", "What it is for.", "--description");
  }

  @Override
  public int run() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", id);
    body.put("name", name == null ? id : name);
    Apps.put(body, "description", description);
    Node made = session.send(Request.post(Paths.APPLICATIONS, body)).json();
    return Apps.told(
        session, made, "Made " + id + ". Give it code: satchel app push " + id + " DIR");
  }
}
