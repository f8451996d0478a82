package dev.satchel.cli;

import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Globals;
import dev.satchel.cli.session.Session;
import dev.satchel.cli.session.Surroundings;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** The program, apart from the process it runs in. Each run stands alone. */
public final class Cli {
  private static final Set<String> WITH_A_TAIL =
      Set.of("run", "submit", "explain", "exec", "completion");
  private static final int WIDEST_HELP = 100;
  private static final String[] FOOTER = {
    "Which server, in this order: --server or SATCHEL_URL with SATCHEL_TOKEN or",
    "SATCHEL_TOKEN_FILE; a login kept by \"satchel login\"; the server of this",
    "machine, by its data directory. Naming a data directory skips the login.",
    "",
    "Exit codes: 0 ok, 1 refused or failed, 2 usage, 3 not found, 4 timeout,",
    "5 server unreachable, 6 unauthorised or forbidden, 7 conflict (in use,",
    "revision), 130 interrupted. \"run\", \"submit --wait\", \"wait\" with one id and",
    "\"app run\" pass on the job's own code, or 70 where the platform failed it, 71",
    "where it was invalid, 72 where it was terminated. \"exec\" passes on the",
    "command's, or 70 where nobody knows it.",
    "",
    "New here? satchel quickstart"
  };

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
    return commandLine(own, tail).execute(own.toArray(String[]::new));
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

  private CommandLine commandLine(List<String> own, List<String> tail) {
    AtomicReference<@Nullable Session> made = new AtomicReference<>();
    CommandLine root =
        Form.commandLine(
            "satchel",
            "Gives jobs their secrets and their storage.",
            true,
            form -> {
              form.inherited().helpAndVersion(() -> "satchel " + Version.text());
              made.set(new Session(surroundings, new Globals(form), tail));
              return usage(form.footer(FOOTER));
            });
    Session session = Objects.requireNonNull(made.get());
    Catalogue.attach(
        root,
        session,
        own,
        (others, again) -> new Cli(others).run(again),
        words -> commandLine(words, List.of()));
    return configured(root, session);
  }

  private Command usage(Form form) {
    return () -> {
      form.tellUsage(surroundings.err());
      return ExitCode.USAGE;
    };
  }

  private CommandLine configured(CommandLine root, Session session) {
    Failures failures = new Failures(session);
    boolean colour = session.screen().colourful();
    return root.setExpandAtFiles(false) // An @ is the bundle's own notation.
        .setInterpolateVariables(false)
        .setOverwrittenOptionsAllowed(true) // As everywhere: the last one counts.
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
