package dev.satchel.cli.session;

import java.util.List;

/** The program once more, for commands that show others at work. */
@FunctionalInterface
public interface Program {
  /** Runs one command in these surroundings and answers its exit code. */
  int run(Surroundings surroundings, List<String> arguments);
}
