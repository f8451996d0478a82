package dev.satchel.cli.session;

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
