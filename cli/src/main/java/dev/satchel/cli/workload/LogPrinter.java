package dev.satchel.cli.workload;

import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints a job's output as it is, or with {@code --json} as one object a line. */
final class LogPrinter {
  private final Session session;
  private final boolean toNotes;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int attemptOfLine;

  /**
   * @param toNotes whether the output is no result here and goes to standard error
   */
  LogPrinter(Session session, boolean toNotes) {
    this.session = session;
    this.toNotes = toNotes;
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
  void finish() {
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
