package dev.satchel.cli.workload;

import dev.satchel.cli.input.Durations;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Waits for ends. With one id, exits with that job's code; with several, 1 where one went wrong.
 */
public final class Wait implements Command {
  private final Session session;

  private List<String> ids = new ArrayList<>();

  private @Nullable String timeout;

  public Wait(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofLiveWorkloads(session))
        .arguments(value -> ids = value, 1, "ID", "The workloads.")
        .text(value -> timeout = value, "TIME", "Wait no longer: 90s, 2h.", "--timeout");
  }

  @Override
  public int run() {
    Duration limit = timeout == null ? null : Durations.parse("--timeout", timeout);
    long begun = System.nanoTime();
    List<Node> ended = new ArrayList<>();
    for (String id : ids) {
      Duration spent = Duration.ofNanos(System.nanoTime() - begun);
      Node workload = new Workloads(session).ended(id, limit == null ? null : limit.minus(spent));
      ended.add(workload);
      if (!session.json()) {
        session
            .screen()
            .line(
                session.quiet()
                    ? workload.text("state")
                    : Submission.summary(workload, session.screen()));
      }
    }
    if (session.json()) {
      session.screen().json(ended.size() == 1 ? ended.getFirst() : Session.page(ended));
    }
    return exitCode(ended);
  }

  private static int exitCode(List<Node> ended) {
    if (ended.size() == 1) {
      return Workloads.exitCode(ended.getFirst());
    }
    return ended.stream().allMatch(one -> Workloads.exitCode(one) == ExitCode.OK)
        ? ExitCode.OK
        : ExitCode.FAILED;
  }
}
