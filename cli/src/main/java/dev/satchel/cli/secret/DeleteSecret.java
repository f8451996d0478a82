package dev.satchel.cli.secret;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.json.Node;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes a bundle that no workload holds. */
@Command
public final class DeleteSecret implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "The bundle's name.")
  String name = "";

  @Option(
      names = "--force",
      description = "Delete it although workloads use it; those that run keep what they have.")
  boolean force;

  public DeleteSecret(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Request request = Request.delete(Secrets.path(name)).with("force", force ? "true" : null);
    Node deleted = session.send(request).json();
    if (session.json()) {
      session.screen().json(deleted);
    } else if (session.quiet()) {
      session.screen().line(deleted.text("name"));
    } else {
      session.screen().line("Deleted " + deleted.text("name") + ".");
      tellPassedOver(deleted.at("workload_ids").texts());
    }
    return ExitCode.OK;
  }

  private void tellPassedOver(List<String> workloads) {
    if (!workloads.isEmpty()) {
      session.screen().note("Still named by " + String.join(", ", workloads) + ".");
      session.screen().note("What runs keeps its values; the next start of these fails at once.");
    }
  }
}
