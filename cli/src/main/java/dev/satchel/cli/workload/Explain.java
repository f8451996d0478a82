package dev.satchel.cli.workload;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;

/** Shows what a submit would do. */
public final class Explain implements Command {
  private final Session session;

  private final SubmitOptions options;

  public Explain(Session session, Form form) {
    this.session = session;
    this.options = new SubmitOptions(session, form);
    form.synopsis("satchel explain [IMAGE] [OPTIONS] [-- COMMAND...]");
  }

  @Override
  public int run() {
    Request request = Request.post(Paths.PLANS, options.toBody(session));
    return new PlanText(session).tell(session.send(request).json());
  }
}
