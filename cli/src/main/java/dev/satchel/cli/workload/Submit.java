package dev.satchel.cli.workload;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.Map;

/** Submits a job. */
public final class Submit implements Command {
  private final Session session;

  private final SubmitOptions options;

  private boolean wait;
  private boolean plan;

  public Submit(Session session, Form form) {
    this.session = session;
    this.options = new SubmitOptions(session, form);
    form.synopsis("satchel submit [IMAGE] [OPTIONS] [-- COMMAND...]")
        .footer(
            "  satchel submit --secret hf --secret wandb --env LR=0.01 -- python train.py",
            "  id=$(satchel submit -q --secret hf -- ./nightly.sh)")
        .flag(value -> wait = value, "Wait for the end and exit with the job's code.", "--wait")
        .flag(value -> plan = value, "Show what it would do, without doing it.", "--plan");
  }

  @Override
  public int run() {
    Map<String, Object> body = options.toBody(session);
    if (plan) {
      return new PlanText(session).tell(session.send(Request.post(Paths.PLANS, body)).json());
    }
    Submission submission = new Submission(session);
    Node accepted = submission.submit(body);
    if (!wait) {
      submission.tell("Submitted", accepted);
      return ExitCode.OK;
    }
    if (session.quiet() && !session.json()) {
      session.screen().line(accepted.text("id"));
    } else {
      session.screen().note("Submitted " + accepted.text("id") + ".");
    }
    return submission.await(accepted.text("id"));
  }
}
