package dev.satchel.server.http;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Tokens;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Logs;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.Workloads;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/**
 * Masked logs: as they are stored, or as server-sent events whose id is the cursor behind them. A
 * cursor is an offset in bytes within one attempt's log, so that who lost a connection goes on
 * exactly where it broke.
 */
final class LogRoute {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final Duration WAIT = Duration.ofSeconds(1);

  /** Only a write shows that whoever follows has gone, so no stream is silent for longer. */
  private static final Duration TEXT_SILENCE_MAX = Duration.ofSeconds(50);

  private static final Duration EVENT_SILENCE_MAX = Duration.ofSeconds(15);

  /** How long a stream may go on after its token was revoked or has expired, by and large. */
  private static final Duration TOKEN_ASKED_EVERY = Duration.ofSeconds(5);

  private final Workloads workloads;
  private final Logs logs;
  private final Tokens tokens;

  LogRoute(Workloads workloads, Logs logs, Tokens tokens) {
    this.workloads = workloads;
    this.logs = logs;
    this.tokens = tokens;
  }

  void get(Exchange exchange) {
    exchange.allowQuery("follow", "attempt", "cursor");
    String id = exchange.path("id");
    boolean follow = exchange.flag("follow");
    Workloads.Detail detail = workloads.detail(exchange.actor(), id);
    workloads.requireUses(exchange.actor(), detail.workload());
    int number =
        (int) exchange.number("attempt", detail.current().id().number(), 1, Integer.MAX_VALUE);
    AttemptId attempt = new AttemptId(id, number);
    if (workloads.attempt(attempt).isEmpty()) { // Older ones than the detail shows have logs too.
      requireFollowedPast(detail.workload(), number, follow);
    }
    long cursor = exchange.number("cursor", 0, 0, Long.MAX_VALUE);
    try {
      stream(exchange, attempt, cursor, follow);
    } catch (IOException e) {
      exchange.context().res().setStatus(200); // Whoever asked has gone; there is nobody to tell.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * One that is forgotten is as one that printed nothing to whoever follows, and comes to what
   * there is by going from one to the next.
   */
  private static void requireFollowedPast(Workload workload, int number, boolean follow) {
    boolean forgotten = number < workload.newest();
    if (!forgotten || !follow) {
      throw new RefusedException(
          Reason.WORKLOAD_NOT_FOUND,
          forgotten
              ? "Attempt " + number + " ended long ago: it is forgotten, with its log."
              : "This workload has no attempt " + number + ".");
    }
  }

  private void stream(Exchange exchange, AttemptId attempt, long cursor, boolean follow)
      throws IOException, InterruptedException {
    HttpServletResponse response = exchange.context().res();
    String accept = exchange.context().header("Accept");
    boolean events = accept != null && accept.startsWith("text/event-stream");
    response.setContentType(events ? "text/event-stream" : "text/plain; charset=utf-8");
    response.setHeader("Satchel-Attempt", Integer.toString(attempt.number()));
    response.setHeader("X-Content-Type-Options", "nosniff");
    OutputStream out = response.getOutputStream();
    out.flush(); // Whoever follows learns at once that it is there.
    long at = cursor;
    long lastWrite = System.nanoTime();
    long lastAsked = lastWrite;
    while (true) {
      if (isOver(TOKEN_ASKED_EVERY, lastAsked)) {
        if (!tokens.opensStill(exchange.actor())) {
          return; // Without an event of the end: it is none, and who asks again learns why.
        }
        lastAsked = System.nanoTime();
      }
      boolean ended = hasEnded(attempt);
      byte[] bytes = logs.read(attempt, at, CHUNK_BYTES);
      if (bytes.length > 0) {
        at += bytes.length;
        write(out, bytes, at, events);
        lastWrite = System.nanoTime();
      } else if (ended || !follow) {
        writeEnd(out, events);
        return;
      } else if (!events && isOver(TEXT_SILENCE_MAX, lastWrite)) {
        return; // A text has no way to say nothing; who still follows asks again with its cursor.
      } else {
        if (events && isOver(EVENT_SILENCE_MAX, lastWrite)) {
          out.write(":\n\n".getBytes(StandardCharsets.US_ASCII));
          out.flush();
          lastWrite = System.nanoTime();
        }
        logs.awaitMore(attempt, at, WAIT);
      }
    }
  }

  private static boolean isOver(Duration time, long since) {
    return System.nanoTime() - since > time.toNanos();
  }

  /** Asked before the log is read, so that nothing is missed that was stored before the end. */
  private boolean hasEnded(AttemptId id) {
    return workloads.attempt(id).map(Attempt::state).map(state -> state.isTerminal()).orElse(true);
  }

  private static void write(OutputStream out, byte[] bytes, long cursor, boolean events)
      throws IOException {
    if (events) { // In base64: a log is bytes, and an event is a text without line ends.
      out.write(("id: " + cursor + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
      out.write(Base64.getEncoder().encode(bytes));
      out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
    } else {
      out.write(bytes);
    }
    out.flush();
  }

  private static void writeEnd(OutputStream out, boolean events) throws IOException {
    if (events) {
      out.write("event: end\ndata:\n\n".getBytes(StandardCharsets.US_ASCII));
    }
    out.flush();
  }
}
