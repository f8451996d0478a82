package dev.satchel.cli.setup;

import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;

/**
 * Stands for the server in the help. The launcher starts the server itself, in a process of its
 * own, and never comes here for it.
 */
public final class Serve implements Command {

  public Serve(Session session, Form form) {
    form.footer(
        "\"satchel serve --help\" lists its options; each is also a variable: SATCHEL_PORT, …");
  }

  @Override
  public int run() {
    throw new CliException(
        ExitCode.FAILED,
        "The server is started by the launcher, bin/satchel, and this is not it.",
        "satchel serve --help");
  }
}
