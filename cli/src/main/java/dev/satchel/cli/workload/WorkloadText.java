package dev.satchel.cli.workload;

import dev.satchel.cli.output.Age;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.output.Table;
import dev.satchel.sdk.json.Node;
import java.time.Duration;
import java.util.List;

/** One workload as people read it. */
final class WorkloadText {
  private final Screen screen;

  WorkloadText(Screen screen) {
    this.screen = screen;
  }

  void print(Node workload) {
    String name = workload.text("name");
    screen.line(screen.bold(workload.text("id")) + (name.isEmpty() ? "" : "  " + name));
    field("state", screen.state(workload.text("state")) + since(workload));
    field("reason", workload.text("reason"));
    field("exit code", workload.text("exit_code"));
    field("engine", workload.text("engine") + isolation(workload));
    field("runs on", workload.text("credentials"));
    new ContainerText(this::field).print(workload.at("container"));
    field("command", CommandText.of(workload.at("command").texts()));
    field("directory", workload.text("working_directory"));
    field("attempt", attempt(workload));
    field("next try", workload.text("next_try_at"));
    field("timeout", timeout(workload));
    Node env = workload.at("env");
    env.names().forEach(variable -> field("env", variable + "=" + env.text(variable)));
    workload.at("secrets").items().forEach(secret -> field("secret", secret(secret)));
    workload
        .at("mounts")
        .items()
        .forEach(mount -> field(MountText.kind(mount), MountText.of(mount)));
    Node unchecked = workload.at("unchecked");
    unchecked.names().forEach(l -> field("unchecked", l + "=" + unchecked.text(l)));
    attempts(workload.at("attempts").items());
    hintWhereStale(workload);
  }

  private void field(String label, String value) {
    if (!value.isEmpty()) {
      screen.line("  " + label + " ".repeat(Math.max(1, 11 - label.length())) + value);
    }
  }

  private String since(Node workload) {
    String started = workload.text("started_at");
    String took = Age.between(started, workload.text("ended_at"), screen.now());
    boolean ended = Workloads.hasEnded(workload);
    String asked = workload.flag("terminate_requested") && !ended ? ", asked to end" : "";
    if (took.isEmpty()) {
      return " (submitted " + Age.ago(workload.text("created_at"), screen.now()) + asked + ")";
    }
    return ended
        ? " after " + took + ", " + Age.ago(workload.text("ended_at"), screen.now())
        : " for " + took + asked;
  }

  private static String isolation(Node workload) {
    String isolation = workload.text("isolation");
    return isolation.isEmpty() ? "" : " (isolation: " + isolation + ")";
  }

  private static String attempt(Node workload) {
    long retries = workload.number("retries", 0);
    return workload.text("attempt")
        + (retries == 0
            ? ""
            : " (" + workload.text("retries_used") + " of " + retries + " retries used)");
  }

  private static String timeout(Node workload) {
    long seconds = workload.number("timeout_s", 0);
    return seconds == 0 ? "" : Age.of(Duration.ofSeconds(seconds));
  }

  private static String secret(Node secret) {
    String revision = secret.text("revision");
    String current = secret.text("current");
    StringBuilder text = new StringBuilder(secret.text("name"));
    text.append(revision.isEmpty() ? " (not opened yet" : " (revision " + revision);
    if (secret.flag("stale")) {
      text.append(current.isEmpty() ? ", deleted since" : ", stale: now " + current);
    }
    text.append(")");
    if (secret.at("as_env").isPresent()) {
      text.append(" as ").append(secret.text("as_env"));
    }
    if (secret.at("as_file").isPresent()) {
      text.append(" as file ").append(secret.text("as_file"));
    }
    return text.toString();
  }

  private void attempts(List<Node> attempts) {
    if (attempts.size() < 2) {
      return;
    }
    screen.line("");
    Table table = new Table("ATTEMPT", "STATE", "EXIT", "STARTED", "TOOK", "REASON").states(1);
    for (Node attempt : attempts) {
      table.row(
          attempt.text("number"),
          attempt.text("state"),
          attempt.text("exit_code"),
          Age.ago(attempt.text("started_at"), screen.now()),
          Age.between(attempt.text("started_at"), attempt.text("ended_at"), screen.now()),
          attempt.text("reason"));
    }
    table.print(screen);
  }

  private void hintWhereStale(Node workload) {
    boolean stale = workload.at("secrets").items().stream().anyMatch(s -> s.flag("stale"));
    if (stale) {
      screen.line("");
      screen.line(
          screen.faint(
              "satchel resubmit "
                  + workload.text("id")
                  + "    starts it again with what its secrets hold now"));
    }
  }
}
