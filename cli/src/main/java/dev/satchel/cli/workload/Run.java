package dev.satchel.cli.workload;

import dev.satchel.cli.json.Node;
import dev.satchel.cli.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Submits a job and follows it as if it ran here. */
@Command(
    customSynopsis = "satchel run [OPTIONS] -- COMMAND...",
    footerHeading = "%n",
    footer = {
      "Its output is this command's output, its exit code this command's.",
      "Ctrl-C asks the job to end; a second Ctrl-C leaves it running.",
      "",
      "  satchel run --secret hf -- python train.py"
    })
public final class Run implements Callable<Integer> {
  private final Session session;

  @Mixin SubmitOptions options = new SubmitOptions();

  public Run(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Submission submission = new Submission(session);
    Node accepted = submission.submit(options.toBody(session));
    if (!session.quiet()) {
      session.screen().note("Submitted " + accepted.text("id") + ".");
    }
    return submission.follow(accepted.text("id"), (int) accepted.number("attempt", 0));
  }
}
