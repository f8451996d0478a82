package dev.satchel.cli.session;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the program runs in. Tests hand in their own.
 *
 * @param terminals which of standard input, output and error are terminals
 * @param columns the terminal's width, 0 where there is none
 * @param prompt asks without echo; answers null where nobody can be asked
 */
public record Surroundings(
    Map<String, String> environment,
    Path workingDirectory,
    Path home,
    InputStream in,
    PrintStream out,
    PrintStream err,
    Terminals terminals,
    int columns,
    Function<String, char @Nullable []> prompt,
    Clock clock) {

  /** Which of the three streams are terminals. */
  public record Terminals(boolean in, boolean out, boolean err) {
    public static final Terminals NONE = new Terminals(false, false, false);
  }

  /** The real ones. The launcher says what it alone can see cheaply: terminals and their width. */
  public static Surroundings ofThisProcess() {
    String terminals = System.getProperty("satchel.terminals", "");
    return new Surroundings(
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Path.of(System.getProperty("user.home", "/")),
        System.in,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        new Terminals(terminals.contains("0"), terminals.contains("1"), terminals.contains("2")),
        Integer.getInteger("satchel.columns", 0),
        Surroundings::ask,
        Clock.systemUTC());
  }

  /** The variable's value; null where it is not set, or empty where that means the same. */
  public @Nullable String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** The same with another standard input, which is no terminal. */
  public Surroundings withIn(InputStream other) {
    Terminals seen = new Terminals(false, terminals.out(), terminals.err());
    return new Surroundings(
        environment, workingDirectory, home, other, out, err, seen, columns, prompt, clock);
  }

  /** The same with another standard output, which is no terminal. */
  public Surroundings withOut(PrintStream other) {
    Terminals seen = new Terminals(terminals.in(), false, terminals.err());
    return new Surroundings(
        environment, workingDirectory, home, in, other, err, seen, columns, prompt, clock);
  }

  /** The same with what is meant for standard output on its way there by another. */
  public Surroundings onto(PrintStream other) {
    return new Surroundings(
        environment, workingDirectory, home, in, other, err, terminals, columns, prompt, clock);
  }

  /** The same with other variables. */
  public Surroundings withEnvironment(Map<String, String> other) {
    return new Surroundings(
        other, workingDirectory, home, in, out, err, terminals, columns, prompt, clock);
  }

  private static char @Nullable [] ask(String question) {
    return Optional.ofNullable(System.console()) // Null where there is none, in some releases.
        .filter(Console::isTerminal)
        .map(console -> console.readPassword("%s", question))
        .orElse(null);
  }
}
