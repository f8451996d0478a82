package dev.satchel.cli;

import dev.satchel.cli.session.Globals;
import dev.satchel.cli.session.Session;
import dev.satchel.cli.session.Surroundings;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** The program, apart from the process it runs in. Each run stands alone. */
public final class Cli {
  private static final Set<String> WITH_A_TAIL = Set.of("run", "submit", "explain");
  private static final int WIDEST_HELP = 100;

  private final Surroundings surroundings;

  public Cli(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Runs one command and answers its exit code; what it has to say it has said by then. */
  public int run(List<String> typed) {
    List<String> arguments = withHelpAsOption(typed);
    int end = endOfOwn(arguments);
    List<String> own = arguments.subList(0, end);
    List<String> tail =
        end == arguments.size() ? List.of() : arguments.subList(end + 1, arguments.size());
    Globals globals = new Globals();
    Session session = new Session(surroundings, globals, tail);
    CommandLine root = commandLine(session, globals, own);
    return root.execute(own.toArray(String[]::new));
  }

  /** {@code help secrets new} is {@code secrets new --help}. */
  private static List<String> withHelpAsOption(List<String> typed) {
    if (!Catalogue.commandName(typed).equals("help")) {
      return typed;
    }
    List<String> arguments = new ArrayList<>(typed);
    arguments.remove("help");
    arguments.add("--help");
    return arguments;
  }

  /** A job's command may look like our options, so it is set apart before they are read. */
  private static int endOfOwn(List<String> arguments) {
    int dashes = arguments.indexOf("--");
    boolean tail = dashes >= 0 && WITH_A_TAIL.contains(Catalogue.commandName(arguments));
    return tail ? dashes : arguments.size();
  }

  private CommandLine commandLine(Session session, Globals globals, List<String> own) {
    CommandLine root = new CommandLine(new SatchelCommand(globals));
    Catalogue.attach(root, session, own, (others, again) -> new Cli(others).run(again));
    Failures failures = new Failures(session);
    boolean colour = session.screen().colourful();
    return root.setExpandAtFiles(false) // An @ is the bundle's own notation.
        .setInterpolateVariables(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(colour ? Ansi.ON : Ansi.OFF))
        .setUsageHelpWidth(Math.clamp(session.screen().width(), 55, WIDEST_HELP))
        .setOut(writer(surroundings.out()))
        .setErr(writer(surroundings.err()))
        .setExecutionExceptionHandler((thrown, command, parsed) -> failures.tell(thrown))
        .setParameterExceptionHandler(
            (ParameterException wrong, String[] arguments) -> failures.tellUsage(wrong));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
