package dev.satchel.cli.session;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes, before or after its name. */
public final class Globals {
  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print the server's answer as JSON; everything else goes to stderr.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print no more than ids or names.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Tell of each request on stderr: method, path, status, time.")
  boolean verbose;

  @Option(
      names = "--server",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "The server to talk to (else SATCHEL_URL).")
  @Nullable String server;

  @Option(
      names = "--data",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "The data directory of this machine's server (else SATCHEL_DATA, ~/.satchel).")
  @Nullable String data;

  public boolean json() {
    return json;
  }

  public boolean quiet() {
    return quiet;
  }

  public boolean verbose() {
    return verbose;
  }

  public @Nullable String server() {
    return server;
  }

  public @Nullable String data() {
    return data;
  }
}
