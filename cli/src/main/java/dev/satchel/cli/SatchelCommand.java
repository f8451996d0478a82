package dev.satchel.cli;

import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Globals;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program itself, before any command's name. */
@Command(
    name = "satchel",
    header = "Gives jobs their secrets and their storage.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%n",
    footer = {
      "Which server, in this order: --server or SATCHEL_URL with SATCHEL_TOKEN or",
      "SATCHEL_TOKEN_FILE; a login kept by \"satchel login\"; the server of this",
      "machine, by its data directory. Naming a data directory skips the login.",
      "",
      "Exit codes: 0 ok, 1 refused or failed, 2 usage, 3 not found, 4 timeout,",
      "5 server unreachable, 6 unauthorised or forbidden, 7 conflict (in use,",
      "revision), 130 interrupted. \"run\", \"submit --wait\" and \"wait\" with one id",
      "pass on the job's own code, or 70 where the platform failed it, 71 where it",
      "was invalid, 72 where it was terminated.",
      "",
      "New here? satchel quickstart"
    })
final class SatchelCommand implements Callable<Integer> {
  @Mixin Globals globals;
  @Spec CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  SatchelCommand(Globals globals) {
    this.globals = globals;
    this.spec = CommandSpec.create(); // Replaced by picocli with the real one.
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
