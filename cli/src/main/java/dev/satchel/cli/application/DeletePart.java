package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;

/** Deletes a part of an application. */
public final class DeletePart implements Command {
  private final Session session;
  private final Part part;

  private String app = "";
  private String id = "";

  public DeletePart(Session session, Form form, Part part) {
    this.session = session;
    this.part = part;
    Apps.one(form, session, value -> app = value);
    Apps.part(form, session, part, () -> app, value -> id = value);
  }

  @Override
  public int run() {
    var _ = session.send(Request.delete(part.path(app, id)));
    return DeleteApp.tell(session, id);
  }
}
