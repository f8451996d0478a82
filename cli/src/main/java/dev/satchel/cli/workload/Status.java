package dev.satchel.cli.workload;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows one workload whole, or all that have not ended. */
public final class Status implements Command {
  private final Session session;

  private @Nullable String id;
  private boolean wait;
  private boolean watch;

  public Status(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofWorkloads(session))
        .argumentIfAny(
            value -> id = value, "ID", "The workload; without one, all that have not ended.")
        .flag(value -> wait = value, "Wait until it has ended; then show it.", "--wait")
        .flag(
            value -> watch = value,
            "Show it again whenever it changes, until it has ended.",
            "-w",
            "--watch");
  }

  @Override
  public int run() {
    if (id == null) {
      return live();
    }
    Workloads workloads = new Workloads(session);
    if (watch) {
      String watched = id;
      return new Watch(session, (screen, seen) -> new WorkloadText(screen).print(seen.getFirst()))
          .run(() -> List.of(workloads.detail(watched, Duration.ZERO)), true);
    }
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
    Request request = Request.get(Paths.WORKLOADS).with("state", "live");
    return new WorkloadTable(session)
        .show(
            () -> session.items(request, Integer.MAX_VALUE),
            "Nothing is running. See what has ended: satchel list",
            watch);
  }
}
