package dev.satchel.cli.workload;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import org.jspecify.annotations.Nullable;

/** Lists workloads, newest first. */
public final class ListWorkloads implements Command {
  private static final int SOME = 20;

  private final Session session;

  private @Nullable String state;
  private @Nullable String name;
  private @Nullable String kind;
  private boolean all;
  private boolean watch;
  private int count = SOME;

  public ListWorkloads(Session session, Form form) {
    this.session = session;
    form.text(value -> state = value, "STATE", "Only those in this state.", "--state")
        .text(value -> name = value, "NAME", "Only those of this name.", "--name")
        .text(value -> kind = value, "KIND", "Only those of this kind.", "--kind")
        .flag(value -> all = value, "All of them, not the newest only.", "--all")
        .number(value -> count = value, "N", "So many (20).", "-n")
        .flag(value -> watch = value, "Show them again whenever they change.", "-w", "--watch");
  }

  @Override
  public int run() {
    if (count < 1) {
      throw CliException.usage("-n takes a number from 1.");
    }
    Request request =
        Request.get(Paths.WORKLOADS).with("state", state).with("kind", kind).with("name", name);
    return new WorkloadTable(session)
        .show(
            () -> session.items(request, all ? Integer.MAX_VALUE : count),
            "No workloads. Run one: satchel run -- echo hi",
            watch);
  }
}
