package dev.satchel.cli.workload;

import dev.satchel.cli.http.LogStream;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.time.Duration;

/**
 * Follows a workload's output from attempt to attempt. A broken connection is taken up again at the
 * byte where it broke: the cursor is what was asked for plus what has come.
 */
public final class LogFollower {
  private final Session session;
  private final Workloads workloads;
  private final LogPrinter printer;
  private final String id;
  private int attempt;
  private long cursor;

  /**
   * @param attempt where to begin; 0 for the newest
   */
  public LogFollower(Session session, String id, int attempt, LogPrinter printer) {
    this.session = session;
    this.workloads = new Workloads(session);
    this.id = id;
    this.attempt = attempt;
    this.printer = printer;
  }

  /**
   * Follows to the end of this one attempt. A stream that ends is all there is only if the attempt
   * had ended before it was asked for: another breaks, or the server closes it while it is silent.
   */
  void followAttempt() {
    boolean ended = false;
    boolean whole = stream();
    while (!ended || !whole) {
      ended = attemptHasEnded();
      if (!ended && whole) {
        Workloads.pause();
      }
      whole = stream();
    }
  }

  /** Follows to the end of the workload, and answers how it then stands. */
  public Node followAll() {
    while (true) {
      followAttempt();
      Node workload = workloads.detail(id, Duration.ofSeconds(1));
      while (!Workloads.hasEnded(workload) && workload.number("attempt", 0) <= attempt) {
        workload = workloads.detail(id, Duration.ofSeconds(1));
      }
      if (workload.number("attempt", 0) <= attempt) {
        return workload;
      }
      attempt++;
      cursor = 0;
      session.screen().note("-- attempt " + attempt + " of " + id);
    }
  }

  private boolean attemptHasEnded() {
    Node workload = workloads.detail(id, Duration.ZERO);
    for (Node one : workload.at("attempts").items()) {
      if (one.number("number", 0) == attempt) {
        return one.at("ended_at").isPresent();
      }
    }
    return true;
  }

  /** Copies what comes until the stream ends; false where it broke. */
  private boolean stream() {
    Request request =
        Request.get(Workloads.path(id) + "/logs")
            .with("follow", "true")
            .with("attempt", attempt == 0 ? null : attempt)
            .with("cursor", cursor == 0 ? null : cursor);
    try (LogStream stream = workloads.patiently(() -> session.follow(request))) {
      if (attempt == 0) {
        attempt = stream.attempt();
      }
      return copy(stream);
    }
  }

  private boolean copy(LogStream stream) {
    byte[] buffer = new byte[16 * 1024];
    try {
      for (int read = stream.bytes().read(buffer); read >= 0; read = stream.bytes().read(buffer)) {
        printer.print(attempt, buffer, read);
        cursor += read;
      }
      return true;
    } catch (IOException broken) {
      return false; // The caller comes back with the cursor.
    }
  }
}
