package dev.satchel.cli.workload;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.json.Node;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Submits a job. */
@Command(
    customSynopsis = "satchel submit [IMAGE] [OPTIONS] [-- COMMAND...]",
    footerHeading = "%n",
    footer = {
      "  satchel submit --secret hf --secret wandb --env LR=0.01 -- python train.py",
      "  id=$(satchel submit -q --secret hf -- ./nightly.sh)"
    })
public final class Submit implements Callable<Integer> {
  private final Session session;

  @Mixin SubmitOptions options = new SubmitOptions();

  @Option(names = "--wait", description = "Wait for the end and exit with the job's code.")
  boolean wait;

  @Option(names = "--plan", description = "Show what it would do, without doing it.")
  boolean plan;

  public Submit(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
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
