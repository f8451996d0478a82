package dev.satchel.cli;

import dev.satchel.cli.session.Surroundings;
import java.util.List;

/** Where the program begins. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    int exitCode = new Cli(Surroundings.ofThisProcess()).run(List.of(arguments));
    System.out.flush();
    System.exit(exitCode);
  }
}
