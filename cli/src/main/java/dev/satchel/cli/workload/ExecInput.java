package dev.satchel.cli.workload;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.RequestException;
import dev.satchel.cli.session.Session;
import java.io.IOException;
import java.io.InputStream;

/**
 * Sends what this program reads to a command inside an attempt, as it comes. The server answers
 * once the command has taken it, so that one that does not read holds the sender back.
 */
final class ExecInput {
  private static final int CHUNK_BYTES = 256 * 1024;

  private final Session session;
  private final String path;

  ExecInput(Session session, String workload, String exec) {
    this.session = session;
    this.path = workload + "/exec/" + Request.segment(exec) + "/input";
  }

  /** Sends on a thread of its own, which the program's end does not wait for. */
  void begin() {
    Thread.ofPlatform().daemon().name("stdin").start(this::send);
  }

  private void send() {
    byte[] buffer = new byte[CHUNK_BYTES];
    InputStream in = session.surroundings().in();
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        int length = filled(in, buffer, read);
        session.transport().give(Request.post(path, null), buffer, length);
      }
      session.transport().give(Request.post(path, null).with("end", true), buffer, 0);
    } catch (RequestException over) {
      // The command reads nothing more, or has ended: its answer says how.
    } catch (IOException unreadable) {
      session.screen().note("Standard input cannot be read; the command waits for more of it.");
    }
  }

  /** Takes what is there already, so that few requests carry much. */
  private static int filled(InputStream in, byte[] buffer, int read) throws IOException {
    int length = read;
    while (length < buffer.length && in.available() > 0) {
      int more = in.read(buffer, length, buffer.length - length);
      if (more < 0) {
        break;
      }
      length += more;
    }
    return length;
  }
}
