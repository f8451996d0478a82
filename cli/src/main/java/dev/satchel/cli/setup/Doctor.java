package dev.satchel.cli.setup;

import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks what this machine and the server can do; exits 1 where something fails. */
public final class Doctor implements Command {
  private final Session session;
  private final String version;

  public Doctor(Session session, String version) {
    this.session = session;
    this.version = version;
  }

  @Override
  public int run() {
    List<Check> checks = new ArrayList<>();
    checks.add(Check.ok("version", version));
    checks.addAll(
        new MachineChecks(session.surroundings(), session.discovery().dataDirectory()).all());
    checks.addAll(new ServerChecks(session).all());
    boolean failed = checks.stream().anyMatch(Check::failed);
    if (session.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("ok", !failed);
      json.put("checks", checks.stream().map(Check::toJson).toList());
      session.screen().json(json);
    } else {
      checks.forEach(this::print);
    }
    return failed ? ExitCode.FAILED : ExitCode.OK;
  }

  private void print(Check check) {
    Screen screen = session.screen();
    if (session.quiet() && !check.failed()) {
      return;
    }
    screen.line("%-5s %-13s %s".formatted(check.verdict(), check.name(), check.detail()));
    if (!check.fix().isEmpty()) {
      screen.line(" ".repeat(20) + screen.faint("→ " + check.fix()));
    }
  }
}
