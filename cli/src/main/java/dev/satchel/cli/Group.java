package dev.satchel.cli;

import dev.satchel.cli.session.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A noun that only its commands do something with. */
@Command(synopsisSubcommandLabel = "COMMAND")
final class Group implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create(); // Replaced by picocli with the real one.

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
