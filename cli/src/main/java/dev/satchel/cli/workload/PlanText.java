package dev.satchel.cli.workload;

import dev.satchel.cli.output.Screen;
import dev.satchel.cli.output.Table;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;

/** A plan as people read it. */
final class PlanText {
  private final Session session;
  private final Screen screen;

  PlanText(Session session) {
    this.session = session;
    this.screen = session.screen();
  }

  /** Tells it; answers failure where the submit would be refused. */
  int tell(Node plan) {
    List<String> problems = plan.at("problems").texts();
    if (session.json()) {
      screen.json(plan);
    } else {
      header(plan);
      secrets(plan.at("secrets").items());
      variables(plan.at("variables").items());
      files(plan.at("files").items());
      problems.forEach(problem -> screen.note("Would be refused: " + problem));
    }
    return problems.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private void header(Node plan) {
    String directory = plan.text("working_directory");
    screen.line(
        "engine     " + plan.text("engine") + " (isolation: " + plan.text("isolation") + ")");
    String behind = plan.text("runs_on");
    String runsOn = plan.text("credentials");
    field(
        "runs on",
        behind.isEmpty() || behind.equals(runsOn)
            ? runsOn
            : runsOn + " (engine of " + behind + ")");
    field("login", plan.text("registry_login"));
    Node container = plan.at("container");
    new ContainerText((label, value) -> field(label, value)).print(container);
    List<String> command = plan.at("command").texts();
    field("command", command.isEmpty() ? "the image's own" : CommandText.of(command));
    String none = container.isPresent() ? "the image's own" : "a fresh one for each attempt";
    field("directory", directory.isEmpty() ? none : directory);
    plan.at("mounts").items().forEach(mount -> field(MountText.kind(mount), MountText.of(mount)));
  }

  private void field(String label, String value) {
    if (!value.isEmpty()) {
      screen.line(label + " ".repeat(Math.max(1, 11 - label.length())) + value);
    }
  }

  private void secrets(List<Node> secrets) {
    Table table = new Table("SECRET", "REVISION", "ENTRIES");
    for (Node secret : secrets) {
      String revision = secret.text("revision");
      table.row(
          secret.text("name"),
          revision.isEmpty() ? "missing" : revision,
          String.join(
              ", ", secret.at("entries").items().stream().map(e -> e.text("location")).toList()));
    }
    print(table);
  }

  private void variables(List<Node> variables) {
    Table table = new Table("VARIABLE", "FROM", "VALUE", "WINS OVER");
    for (Node variable : variables) {
      boolean visible = variable.at("value").isPresent();
      boolean secret = variable.text("from").startsWith("secret");
      table.row(
          variable.text("name"),
          variable.text("from"),
          visible ? variable.text("value") : secret ? "(hidden)" : "",
          String.join(", ", variable.at("overrides").texts()));
    }
    print(table);
  }

  private void files(List<Node> files) {
    Table table = new Table("FILE", "FROM", "WINS OVER");
    for (Node file : files) {
      table.row(
          file.text("path"), file.text("from"), String.join(", ", file.at("overrides").texts()));
    }
    print(table);
  }

  private void print(Table table) {
    if (!table.isEmpty()) {
      screen.line("");
      table.print(screen);
    }
  }
}
