package dev.satchel.sdk;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A command that is to run inside a running attempt. Immutable; each method answers a new one. Its
 * text never shows the command's words, which may hold values.
 */
public final class ExecRequest {
  private final List<String> command;
  private final boolean stdin;
  private final int attempt;

  private ExecRequest(List<String> command, boolean stdin, int attempt) {
    this.command = List.copyOf(command);
    this.stdin = stdin;
    this.attempt = attempt;
  }

  /**
   * A command without anything to read, in the attempt that is the current one.
   *
   * @param command the program and what it is told; no shell reads these words
   * @return a request
   */
  public static ExecRequest of(String... command) {
    return of(List.of(command));
  }

  /**
   * The same of a list.
   *
   * @param command the program and what it is told; no shell reads these words
   * @return a request
   */
  public static ExecRequest of(List<String> command) {
    return new ExecRequest(command, false, 0);
  }

  /**
   * Lets the command read what is written to {@link Exec#stdin}.
   *
   * @return another request
   */
  public ExecRequest withStdin() {
    return new ExecRequest(command, true, attempt);
  }

  /**
   * Runs it in one attempt only.
   *
   * @param number of the attempt, from 1
   * @return another request
   */
  public ExecRequest inAttempt(int number) {
    return new ExecRequest(command, stdin, number);
  }

  Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("command", command);
    body.put("stdin", stdin);
    if (attempt != 0) {
      body.put("attempt", attempt);
    }
    return body;
  }

  boolean hasStdin() {
    return stdin;
  }

  @Override
  public String toString() {
    return "ExecRequest[" + command.size() + " words]";
  }
}
