package dev.satchel.cli.setup;

import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Program;
import dev.satchel.cli.session.Surroundings;
import dev.satchel.cli.workload.CommandText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs commands as a person would type them, and shows each before it runs. */
final class Steps {
  private final Program program;
  private final Surroundings surroundings;
  private final Screen screen;
  private final String prefix;

  /**
   * @param prefix options that a person would have to type with each, such as the data directory
   */
  Steps(Program program, Surroundings surroundings, Screen screen, String prefix) {
    this.prefix = prefix;
    this.program = program;
    this.surroundings = surroundings.withIn(InputStream.nullInputStream());
    this.screen = screen;
  }

  /** Whether the command would succeed; nothing is shown. */
  boolean succeeds(List<String> words) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Surroundings silent =
        new Surroundings(
            surroundings.environment(),
            surroundings.workingDirectory(),
            surroundings.home(),
            surroundings.in(),
            nowhere,
            nowhere,
            Surroundings.Terminals.NONE,
            0,
            surroundings.prompt(),
            surroundings.clock());
    return program.run(silent, words) == ExitCode.OK;
  }

  int show(List<String> words) {
    announce(words);
    return program.run(surroundings, words);
  }

  void showWithInput(List<String> words, byte[] input) {
    announce(words);
    program.run(surroundings.withIn(new ByteArrayInputStream(input)), words);
  }

  /** Shows a command whose standard output is an id; answers it, or nothing where it failed. */
  String showForId(List<String> words) {
    announce(words);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream captured = new PrintStream(output, true, StandardCharsets.UTF_8);
    int exitCode = program.run(surroundings.withOut(captured), words);
    String id = output.toString(StandardCharsets.UTF_8).strip();
    screen.line(id);
    return exitCode == ExitCode.OK ? id : "";
  }

  private void announce(List<String> words) {
    screen.line(screen.faint("$ satchel " + prefix + CommandText.of(words)));
    surroundings.out().flush();
  }
}
