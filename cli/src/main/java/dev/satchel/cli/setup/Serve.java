package dev.satchel.cli.setup;

import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Stands for the server in the help. The launcher starts the server itself, in a process of its
 * own, and comes here for {@code --help} only.
 */
@Command(
    footerHeading = "%n",
    footer = {
      "Prints \"ready http://HOST:PORT\" when it serves. SIGTERM ends it; jobs go on,",
      "and the next start finds them again. Each option is also a variable: SATCHEL_PORT, …"
    })
public final class Serve implements Callable<Integer> {
  @Option(names = "--host", description = "The address to serve on (127.0.0.1).")
  @Nullable String host;

  @Option(names = "--port", description = "The port; 0 takes a free one (8080).")
  @Nullable Integer port;

  @Option(names = "--config", paramLabel = "FILE", description = "Options from a file.")
  @Nullable String config;

  @Option(names = "--master-key-file", paramLabel = "FILE", description = "The master key.")
  @Nullable String masterKeyFile;

  public Serve(Session session) {}

  @Override
  public Integer call() {
    throw new CliException(
        ExitCode.FAILED,
        "The server is started by the launcher, bin/satchel, and this is not it.",
        "satchel serve --help");
  }
}
