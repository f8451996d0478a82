package dev.satchel.cli.workload;

import dev.satchel.api.ExecFrame;
import dev.satchel.cli.http.ExecStream;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs a command inside a running attempt as if it ran here. */
public final class ExecCommand implements Command {
  private final Session session;

  private String id = "";
  private boolean interactive;
  private boolean withoutInput;
  private int attempt;

  public ExecCommand(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofLiveWorkloads(session))
        .argument(value -> id = value, "ID", "The workload.")
        .flag(
            value -> interactive = value,
            "Pass on standard input also where it is a terminal.",
            "-i",
            "--stdin")
        .flag(value -> withoutInput = value, "Leave standard input alone.", "--no-stdin")
        .number(value -> attempt = value, "N", "This attempt, not the current one.", "--attempt")
        .synopsis("satchel exec ID [OPTIONS] -- COMMAND...")
        .footer(
            "Its outputs are this command's outputs, secrets masked; its exit code is",
            "this command's. What is piped in is what it reads. Ctrl-C ends it.",
            "",
            "  satchel exec df7s1bzrqdyg -- tar -c /results > results.tar");
  }

  @Override
  public int run() {
    if (session.tail().isEmpty()) {
      throw CliException.usage(
          "exec needs a command, behind \"--\".", "satchel exec " + id + " -- ls /");
    }
    if (interactive && withoutInput) {
      throw CliException.usage("--stdin and --no-stdin exclude one another.");
    }
    boolean stdin = interactive || (!withoutInput && !session.surroundings().terminals().in());
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("command", session.tail());
    body.put("stdin", stdin);
    if (attempt != 0) {
      body.put("attempt", attempt);
    }
    Interrupts.handle(() -> Runtime.getRuntime().halt(ExitCode.INTERRUPTED)); // The server sees it.
    try (ExecStream stream =
        session.transport().exec(Request.post(Workloads.path(id) + "/exec", body))) {
      return follow(stream, stdin);
    } catch (IOException broken) {
      throw brokenOff();
    }
  }

  private int follow(ExecStream stream, boolean stdin) throws IOException {
    PrintStream out = // With --json the one thing on standard output is how it ended.
        session.json() ? session.surroundings().err() : session.surroundings().out();
    for (ExecFrame frame = stream.next(); frame != null; frame = stream.next()) {
      switch (frame.type()) {
        case ExecFrame.STARTED -> {
          if (stdin) {
            new ExecInput(session, Workloads.path(id), ExecStream.json(frame).text("exec")).begin();
          }
        }
        case ExecFrame.STDOUT -> print(out, frame.payload());
        case ExecFrame.STDERR -> print(session.surroundings().err(), frame.payload());
        case ExecFrame.ENDED -> {
          return ended(ExecStream.json(frame));
        }
        default -> {} // It is there; or a newer server says something else.
      }
    }
    throw brokenOff();
  }

  private void print(PrintStream to, byte[] bytes) {
    to.write(bytes, 0, bytes.length);
    to.flush();
    if (to.checkError() && to.equals(session.surroundings().out())) {
      throw new CliException(ExitCode.UNREAD, ""); // Nothing went wrong, so nothing is said.
    }
  }

  private int ended(Node end) {
    if (session.json()) {
      session.screen().json(end);
    }
    String reason = end.text("reason");
    if (!reason.isEmpty()) {
      session.screen().note(reason);
    }
    return (int) end.number("exit_code", ExitCode.JOB_FAILED);
  }

  private CliException brokenOff() {
    return new CliException(
        ExitCode.UNREACHABLE,
        "The connection broke; the command was ended with it, or will be within seconds.",
        "satchel status " + id);
  }
}
