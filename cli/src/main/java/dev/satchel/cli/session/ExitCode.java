package dev.satchel.cli.session;

/** What the program's exit says. A job's own code is passed on by what waits for one. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  public static final int NOT_FOUND = 3;
  public static final int TIMEOUT = 4;
  public static final int UNREACHABLE = 5;
  public static final int FORBIDDEN = 6;
  public static final int CONFLICT = 7;
  public static final int JOB_FAILED = 70;
  public static final int JOB_INVALID = 71;
  public static final int JOB_TERMINATED = 72;
  public static final int INTERRUPTED = 130;

  /** Nobody reads the output any more, as where "head" has seen enough: as by SIGPIPE. */
  public static final int UNREAD = 141;

  private ExitCode() {}
}
