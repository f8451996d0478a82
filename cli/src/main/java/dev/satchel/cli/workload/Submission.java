package dev.satchel.cli.workload;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Age;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.Map;

/** Sends a submit, and stays with what came of it. */
final class Submission {
  private final Session session;

  Submission(Session session) {
    this.session = session;
  }

  /** Submits once, however often the request has to be sent. */
  Node submit(Map<String, Object> body) {
    return session.send(Request.post(Paths.WORKLOADS, body).once()).json();
  }

  /** Tells that it was accepted, and what to do next. */
  void tell(String verb, Node accepted) {
    Screen screen = session.screen();
    String id = accepted.text("id");
    if (session.json()) {
      screen.json(accepted);
    } else if (session.quiet()) {
      screen.line(id);
    } else {
      screen.line(
          verb + " " + screen.bold(id) + " (" + screen.state(accepted.text("state")) + ").");
      screen.line(screen.faint("  satchel logs -f " + id + "      follow its output"));
      screen.line(screen.faint("  satchel status " + id + "       see how it stands"));
      screen.line(screen.faint("  satchel terminate " + id + "    end it"));
    }
  }

  /**
   * Follows to the end and answers the job's exit code. Ctrl-C asks the job to end and keeps
   * following; a second one leaves it as it is.
   */
  int follow(String id, int attempt) {
    Interrupts.endOnInterrupt(session, id);
    LogPrinter printer = new LogPrinter(session, session.json());
    Node workload = new LogFollower(session, id, attempt, printer).followAll();
    printer.finish();
    tellEnd(workload);
    return Workloads.exitCode(workload);
  }

  /** Waits for the end without its output, and answers the job's exit code. */
  int await(String id) {
    Node workload = new Workloads(session).ended(id, null);
    tellEnd(workload);
    return Workloads.exitCode(workload);
  }

  private void tellEnd(Node workload) {
    Screen screen = session.screen();
    if (session.json()) {
      screen.json(workload);
    } else if (!session.quiet()) {
      screen.note(summary(workload, screen));
    }
  }

  static String summary(Node workload, Screen screen) {
    String code = workload.text("exit_code");
    String reason = workload.text("reason");
    String took = Age.between(workload.text("started_at"), workload.text("ended_at"), screen.now());
    return workload.text("id")
        + " "
        + workload.text("state")
        + (code.isEmpty() ? "" : " (exit " + code + ")")
        + (took.isEmpty() ? "" : " in " + took)
        + (reason.isEmpty() ? "" : ": " + reason);
  }
}
