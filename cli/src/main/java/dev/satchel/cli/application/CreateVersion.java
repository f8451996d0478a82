package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Freezes what was pushed last. */
public final class CreateVersion implements Command {
  private final Session session;

  private String app = "";
  private String id = "";
  private @Nullable String name;
  private @Nullable String description;

  public CreateVersion(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value)
        .argument(value -> id = value, "ID", "Its id: letters, digits and . _ -")
        .text(value -> name = value, "TEXT", "A name for people.", "--name")
        .text(value -> description = value, "TEXT", "What it is for.", "--description");
  }

  @Override
  public int run() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", id);
    body.put("name", name == null ? id : name);
    Apps.put(body, "description", description);
    Node made = session.send(Request.post(Part.VERSIONS.path(app), body)).json();
    return Apps.told(session, made, "Made version " + id + " of what was pushed last.");
  }
}
