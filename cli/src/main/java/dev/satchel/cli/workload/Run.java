package dev.satchel.cli.workload;

import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;

/** Submits a job and follows it as if it ran here. */
public final class Run implements Command {
  private final Session session;

  private final SubmitOptions options;

  public Run(Session session, Form form) {
    this.session = session;
    this.options = new SubmitOptions(session, form);
    form.synopsis("satchel run [OPTIONS] -- COMMAND...")
        .footer(
            "Its output is this command's output, its exit code this command's.",
            "Ctrl-C asks the job to end; a second Ctrl-C leaves it running.",
            "",
            "  satchel run --secret hf -- python train.py");
  }

  @Override
  public int run() {
    Submission submission = new Submission(session);
    Node accepted = submission.submit(options.toBody(session));
    if (!session.quiet()) {
      session.screen().note("Submitted " + accepted.text("id") + ".");
    }
    return submission.follow(accepted.text("id"), (int) accepted.number("attempt", 0));
  }
}
