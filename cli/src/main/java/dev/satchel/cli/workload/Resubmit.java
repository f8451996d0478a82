package dev.satchel.cli.workload;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Values;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes a new attempt of a workload, with what its bundles hold now. */
public final class Resubmit implements Command {
  private final Session session;

  private String id = "";

  private List<String> env = new ArrayList<>();

  private boolean wait;

  public Resubmit(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofWorkloads(session))
        .argument(value -> id = value, "ID", "The workload.")
        .texts(
            value -> env = value,
            "KEY=VALUE",
            "Visible variables in place of those it had",
            "-e",
            "--env")
        .flag(value -> wait = value, "Wait for the end and exit with the job's code.", "--wait");
  }

  @Override
  public int run() {
    Map<String, String> visible = new Values(session.surroundings()).visible(env, List.of());
    SubmitOptions.advise(session, visible);
    Request request =
        Request.post(
                Workloads.path(id) + "/resubmissions",
                visible.isEmpty() ? Map.of() : Map.of("env", visible))
            .once();
    Node accepted = session.send(request).json();
    Submission submission = new Submission(session);
    if (!wait) {
      submission.tell("Resubmitted", accepted);
      return ExitCode.OK;
    }
    return submission.await(id);
  }
}
