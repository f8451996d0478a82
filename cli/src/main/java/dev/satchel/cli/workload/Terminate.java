package dev.satchel.cli.workload;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.ArrayList;
import java.util.List;

/** Asks workloads to end. */
public final class Terminate implements Command {
  private final Session session;

  private List<String> ids = new ArrayList<>();

  private boolean wait;

  public Terminate(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofLiveWorkloads(session))
        .arguments(value -> ids = value, 1, "ID", "The workloads.")
        .flag(value -> wait = value, "Wait until they have ended.", "--wait");
  }

  @Override
  public int run() {
    List<Node> answers = new ArrayList<>();
    for (String id : ids) {
      answers.add(session.send(Request.delete(Workloads.path(id))).json());
    }
    for (int i = 0; wait && i < ids.size(); i++) {
      answers.set(i, new Workloads(session).ended(ids.get(i), null));
    }
    if (session.json()) {
      session.screen().json(answers.size() == 1 ? answers.getFirst() : Session.page(answers));
    } else {
      answers.forEach(this::tell);
    }
    return ExitCode.OK;
  }

  private void tell(Node answer) {
    String id = answer.text("id");
    if (session.quiet()) {
      session.screen().line(id);
    } else if (Workloads.hasEnded(answer)) {
      session.screen().line(id + " has ended: " + session.screen().state(answer.text("state")));
    } else {
      session.screen().line("Asked " + id + " to end (satchel wait " + id + ").");
    }
  }
}
