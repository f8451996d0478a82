package dev.satchel.cli.setup;

import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;

/**
 * Stands for the server in the help. The launcher starts the server itself, in a process of its
 * own, and comes here for {@code --help} only.
 */
public final class Serve implements Command {

  public Serve(Session session, Form form) {

    form.footer(
            "Prints \"ready http://HOST:PORT\" when it serves. SIGTERM ends it; jobs go on,",
            "and the next start finds them again. Each option is also a variable: SATCHEL_PORT, …")
        .text(read -> {}, "HOST", "The address to serve on (127.0.0.1).", "--host")
        .number(read -> {}, "PORT", "The port; 0 takes a free one (8080).", "--port")
        .text(read -> {}, "FILE", "Options from a file.", "--config")
        .text(read -> {}, "FILE", "The master key.", "--master-key-file");
  }

  @Override
  public int run() {
    throw new CliException(
        ExitCode.FAILED,
        "The server is started by the launcher, bin/satchel, and this is not it.",
        "satchel serve --help");
  }
}
