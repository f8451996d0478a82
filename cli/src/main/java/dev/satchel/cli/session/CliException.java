package dev.satchel.cli.session;

import dev.satchel.sdk.discovery.DiscoveryException;
import java.util.List;

/**
 * An expected end of a command. The message says what happened and why, the hints what to do next;
 * neither ever carries a value.
 */
public final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final transient List<String> hints;

  public CliException(int exitCode, String message, String... hints) {
    super(message);
    this.exitCode = exitCode;
    this.hints = List.of(hints);
  }

  public static CliException usage(String message, String... hints) {
    return new CliException(ExitCode.USAGE, message, hints);
  }

  /** The same of a server or a token that was not found. */
  public static CliException of(DiscoveryException missing) {
    int exitCode =
        switch (missing.kind()) {
          case NO_SERVER -> ExitCode.UNREACHABLE;
          case NO_TOKEN -> ExitCode.FORBIDDEN;
          case WRONG_URL -> ExitCode.USAGE;
          case NO_AUTHORITY -> ExitCode.USAGE;
          case NOT_KEPT -> ExitCode.FAILED;
        };
    return new CliException(exitCode, missing.what(), missing.hints().toArray(String[]::new));
  }

  public int exitCode() {
    return exitCode;
  }

  public String what() {
    return String.valueOf(getMessage());
  }

  public List<String> hints() {
    return hints;
  }
}
