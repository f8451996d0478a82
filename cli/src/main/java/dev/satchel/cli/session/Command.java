package dev.satchel.cli.session;

import java.io.IOException;

/** One command. Its constructor declares what it takes, and is called only if it is asked for. */
@FunctionalInterface
public interface Command {
  /** Does it, and answers the exit code. */
  int run() throws IOException;
}
