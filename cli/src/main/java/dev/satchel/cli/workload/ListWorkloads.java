package dev.satchel.cli.workload;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists workloads, newest first. */
@Command
public final class ListWorkloads implements Callable<Integer> {
  private static final int SOME = 20;

  private final Session session;

  @Option(names = "--state", description = "Only those in this state.")
  @Nullable String state;

  @Option(names = "--name", description = "Only those of this name.")
  @Nullable String name;

  @Option(names = "--kind", description = "Only those of this kind.")
  @Nullable String kind;

  @Option(names = "--all", description = "All of them, not the newest only.")
  boolean all;

  @Option(names = "-n", paramLabel = "N", description = "So many (20).")
  int count = SOME;

  public ListWorkloads(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Request request =
        Request.get(Paths.WORKLOADS).with("state", state).with("kind", kind).with("name", name);
    new WorkloadTable(session)
        .tell(
            session.items(request, all ? Integer.MAX_VALUE : Math.max(1, count)),
            "No workloads. Run one: satchel run -- echo hi");
    return ExitCode.OK;
  }
}
