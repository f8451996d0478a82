package dev.satchel.cli.workload;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Values;
import dev.satchel.cli.json.Node;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a new attempt of a workload, with what its bundles hold now. */
@Command
public final class Resubmit implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "ID", description = "The workload.")
  String id = "";

  @Option(
      names = {"-e", "--env"},
      paramLabel = "KEY=VALUE",
      description = "Visible variables in place of those it had (repeatable).")
  List<String> env = new ArrayList<>();

  @Option(names = "--wait", description = "Wait for the end and exit with the job's code.")
  boolean wait;

  public Resubmit(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
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
