package dev.satchel.server;

import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.WrongMasterKeyException;
import dev.satchel.server.store.SqliteStore;
import java.io.UncheckedIOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Starts the server from a command line, and ends it on a signal. */
public final class Main {
  private static final int EXIT_REFUSED = 1;
  private static final int EXIT_USAGE = 2;

  private Main() {}

  public static void main(String[] args) {
    keepThreadsForMoreThanReads();
    System.exit(run(List.of(args)));
  }

  /**
   * A read of the database holds the thread that carries its virtual thread. There are as many more
   * of these as reads can be at once, so that reads alone never keep everything else waiting.
   */
  private static void keepThreadsForMoreThanReads() {
    int threads = Runtime.getRuntime().availableProcessors() + SqliteStore.READERS;
    System.setProperty("jdk.virtualThreadScheduler.parallelism", Integer.toString(threads));
  }

  private static int run(List<String> args) {
    ServeCommand command = new ServeCommand();
    try {
      if (!parsed(command, args)) {
        return 0;
      }
      command.check();
      if (command.checkOnly) {
        return new StartCheck(command, System.out).run() ? 0 : EXIT_REFUSED;
      }
      Server server = Server.start(command);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
      System.out.println("ready " + server.url());
      System.out.flush();
      server.awaitClose();
      return 0;
    } catch (ParameterException e) {
      System.err.println("satchel serve: " + e.getMessage());
      System.err.println("See \"satchel serve --help\".");
      return EXIT_USAGE;
    } catch (IllegalStateException
        | UncheckedIOException
        | WrongMasterKeyException
        | RefusedException e) {
      System.err.println("satchel serve: " + e.getMessage());
      return EXIT_REFUSED;
    }
  }

  private static boolean parsed(ServeCommand command, List<String> args) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec().version("satchel " + Server.version());
    ServeDefaults.parse(line, args, System.getenv());
    return !CommandLine.printHelpIfRequested(line.getParseResult());
  }
}
