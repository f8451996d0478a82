package dev.satchel.cli.workload;

import dev.satchel.cli.output.Age;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.output.Table;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;
import java.util.function.Supplier;

/** Workloads as a table. */
final class WorkloadTable {
  private static final int STATE = 2;

  private final Session session;

  WorkloadTable(Session session) {
    this.session = session;
  }

  /**
   * Shows what there is, once or again and again.
   *
   * @param none what to say where there are none
   */
  int show(Supplier<List<Node>> look, String none, boolean watch) {
    if (watch) {
      Workloads workloads = new Workloads(session);
      return new Watch(session, (screen, seen) -> draw(seen, none, screen))
          .run(() -> workloads.patiently(look), false);
    }
    tell(look.get(), none);
    return ExitCode.OK;
  }

  private static void draw(List<Node> workloads, String none, Screen screen) {
    if (workloads.isEmpty()) {
      screen.line(none);
    } else {
      print(workloads, screen);
    }
  }

  /** Prints them in the form that was asked for, or a note where there are none. */
  private void tell(List<Node> workloads, String none) {
    Screen screen = session.screen();
    if (session.json()) {
      screen.json(Session.page(workloads));
    } else if (session.quiet()) {
      workloads.forEach(workload -> screen.line(workload.text("id")));
    } else if (workloads.isEmpty()) {
      screen.note(none);
    } else {
      print(workloads, screen);
    }
  }

  private static void print(List<Node> workloads, Screen screen) {
    Table table =
        new Table("ID", "NAME", "STATE", "EXIT", "SUBMITTED", "TOOK", "SECRETS", "COMMAND")
            .states(STATE);
    for (Node workload : workloads) {
      table.row(
          workload.text("id"),
          orDash(workload.text("name")),
          workload.text("state"),
          orDash(workload.text("exit_code")),
          Age.ago(workload.text("created_at"), screen.now()),
          orDash(Age.between(workload.text("started_at"), workload.text("ended_at"), screen.now())),
          orDash(String.join(",", workload.at("secrets").texts())),
          (workload.text("image") + " " + CommandText.of(workload.at("command").texts())).strip());
    }
    table.print(screen);
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }
}
