package dev.satchel.cli.workload;

import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Shows workloads again and again. On a terminal the picture is drawn anew each second; elsewhere,
 * and as JSON, there is one line for each change.
 */
final class Watch {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Session session;
  private final BiConsumer<Screen, List<Node>> picture;
  private final Map<String, String> told = new HashMap<>();

  /**
   * @param picture draws them for people
   */
  Watch(Session session, BiConsumer<Screen, List<Node>> picture) {
    this.session = session;
    this.picture = picture;
  }

  /**
   * Goes on until all of them have ended, or for as long as it is not interrupted.
   *
   * @param toTheEnd whether their end ends it, too
   */
  int run(Supplier<List<Node>> look, boolean toTheEnd) {
    Screen screen = session.screen();
    boolean drawn = screen.isTerminal() && !session.json() && !session.quiet();
    while (true) {
      List<Node> workloads = look.get();
      if (drawn) {
        screen.redraw(paper -> picture.accept(paper, workloads));
      } else {
        tell(workloads, screen);
      }
      boolean ended = workloads.stream().allMatch(Workloads::hasEnded);
      if ((toTheEnd && ended) || !Workloads.pause(PAUSE)) {
        return ExitCode.OK;
      }
    }
  }

  private void tell(List<Node> workloads, Screen screen) {
    Set<String> seen = new HashSet<>();
    for (Node workload : workloads) {
      String id = workload.text("id");
      seen.add(id);
      String now =
          workload.text("attempt") + " " + workload.text("state") + " " + workload.text("reason");
      if (!now.equals(told.put(id, now))) {
        screen.line(session.json() ? Json.write(workload) : line(workload));
      }
    }
    told.keySet().retainAll(seen);
  }

  private String line(Node workload) {
    if (session.quiet()) {
      return workload.text("id");
    }
    String reason = workload.text("reason");
    return (workload.text("id") + "  " + workload.text("name")).strip()
        + "  "
        + workload.text("state")
        + (reason.isEmpty() ? "" : "  " + reason.replaceAll("\\p{Cntrl}+", " "));
  }
}
