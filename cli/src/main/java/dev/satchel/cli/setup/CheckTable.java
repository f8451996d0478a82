package dev.satchel.cli.setup;

import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.Session;
import java.util.ArrayList;
import java.util.List;

/** Checks as people read them: what was found, below it what to do, at the end how many failed. */
final class CheckTable {
  private static final int INDENT = 17;
  private static final int LEAST_WIDTH = 20;

  private final Screen screen;
  private final boolean quiet;

  CheckTable(Session session) {
    this.screen = session.screen();
    this.quiet = session.quiet();
  }

  void print(String about, List<Check> checks) {
    if (!quiet) {
      screen.line(screen.faint(about));
      screen.line("");
    }
    checks.stream().filter(check -> !quiet || !check.isOk()).forEach(this::print);
    if (!quiet) {
      screen.line("");
      screen.line(sum(checks));
    }
  }

  private void print(Check check) {
    String head = screen.verdict(check.verdict()) + " ".repeat(6 - check.verdict().length());
    List<String> lines = wrapped(check.detail());
    screen.line(head + screen.bold("%-10s ".formatted(check.name())) + lines.getFirst());
    lines.stream().skip(1).forEach(line -> screen.line(" ".repeat(INDENT) + line));
    if (!check.fix().isEmpty()) {
      screen.line(" ".repeat(INDENT) + "→ " + check.fix()); // Whole, so that it can be copied.
    }
  }

  private List<String> wrapped(String text) {
    long width = Math.max(LEAST_WIDTH, (long) screen.width() - INDENT);
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static String sum(List<Check> checks) {
    long failed = checks.stream().filter(Check::failed).count();
    long warned = checks.stream().filter(check -> check.verdict().equals("warn")).count();
    if (failed > 0) {
      return failed + (failed == 1 ? " check fails." : " checks fail.");
    }
    return warned > 0 ? "It works, but could be better: see \"warn\" above." : "All is well.";
  }
}
