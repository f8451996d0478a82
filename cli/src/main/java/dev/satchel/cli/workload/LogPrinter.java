package dev.satchel.cli.workload;

import dev.satchel.cli.http.LogStream;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints a job's output as it is, or with {@code --json} as one object a line. */
public final class LogPrinter {
  private final Session session;
  private final boolean toNotes;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int attemptOfLine;

  /**
   * @param toNotes whether the output is no result here and goes to standard error
   */
  public LogPrinter(Session session, boolean toNotes) {
    this.session = session;
    this.toNotes = toNotes;
  }

  /** Prints what is there of a log. */
  public void printAll(Request request, String again) {
    byte[] buffer = new byte[16 * 1024];
    try (LogStream stream = session.follow(request)) {
      for (int read = stream.bytes().read(buffer); read >= 0; read = stream.bytes().read(buffer)) {
        print(stream.attempt(), buffer, read);
      }
    } catch (IOException broken) {
      throw new CliException(
          ExitCode.UNREACHABLE, "The connection broke; the log is not whole.", again);
    }
  }

  void print(int attempt, byte[] bytes, int length) {
    if (toNotes) {
      session.surroundings().err().write(bytes, 0, length);
      session.surroundings().err().flush();
    } else if (session.json()) {
      attemptOfLine = attempt;
      for (int i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
          endLine();
        } else {
          line.write(bytes[i]);
        }
      }
    } else {
      session.screen().bytes(bytes, length);
      requireReader();
    }
  }

  /** Prints what stands after the last line break. */
  public void finish() {
    if (line.size() > 0) {
      endLine();
    }
  }

  private void endLine() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("attempt", attemptOfLine);
    object.put("line", line.toString(StandardCharsets.UTF_8));
    session.screen().line(Json.write(object));
    line.reset();
    requireReader();
  }

  private void requireReader() {
    if (session.surroundings().out().checkError()) {
      throw new CliException(ExitCode.UNREAD, ""); // Nothing went wrong, so nothing is said.
    }
  }
}
