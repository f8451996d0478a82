package dev.satchel.cli.workload;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.json.Node;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one workload whole, or all that have not ended. */
@Command
public final class Status implements Callable<Integer> {
  private final Session session;

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description = "The workload; without one, all that have not ended.")
  @Nullable String id;

  @Option(names = "--wait", description = "Wait until it has ended; then show it.")
  boolean wait;

  public Status(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (id == null) {
      return live();
    }
    Workloads workloads = new Workloads(session);
    Node workload = wait ? workloads.ended(id, null) : workloads.detail(id, Duration.ZERO);
    if (session.json()) {
      session.screen().json(workload);
    } else if (session.quiet()) {
      session.screen().line(workload.text("state"));
    } else {
      new WorkloadText(session.screen()).print(workload);
    }
    return ExitCode.OK;
  }

  private int live() {
    List<Node> live =
        session.items(Request.get(Paths.WORKLOADS), Integer.MAX_VALUE).stream()
            .filter(workload -> !Workloads.hasEnded(workload))
            .toList();
    new WorkloadTable(session).tell(live, "Nothing is running. See what has ended: satchel list");
    return ExitCode.OK;
  }
}
