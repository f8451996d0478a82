package dev.satchel.server.http;

import dev.satchel.api.ExecEnded;
import dev.satchel.api.ExecFrame;
import dev.satchel.api.ExecInput;
import dev.satchel.api.ExecStarted;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Tokens;
import dev.satchel.core.workload.Exec;
import dev.satchel.core.workload.ExecCommand;
import dev.satchel.core.workload.ExecEnd;
import dev.satchel.core.workload.Execs;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Commands inside running attempts: what they print comes back in frames of one answer, what they
 * read goes in by requests of its own, since many clients cannot send and receive at once.
 */
final class ExecRoutes {
  /** Only a write shows that whoever asked has gone, and often only the second one. */
  private static final Duration SILENCE = Duration.ofSeconds(ExecFrame.SILENCE_MAX_S);

  /** How long a command may go on after its token was revoked or has expired, by and large. */
  private static final Duration TOKEN_ASKED_EVERY = Duration.ofSeconds(5);

  private static final byte[] NOTHING = {};

  private final Execs execs;
  private final Tokens tokens;

  ExecRoutes(Execs execs, Tokens tokens) {
    this.execs = execs;
    this.tokens = tokens;
  }

  void start(Exchange exchange) {
    exchange.allowQuery();
    Fields fields = new Fields(exchange.body(), "", "command", "stdin", "attempt");
    ExecCommand command = new ExecCommand(fields.texts("command"), fields.flag("stdin"));
    Integer attempt = attempt(fields.number("attempt"));
    Actor actor = exchange.actor();
    try (Exec exec = execs.start(actor, exchange.path("id"), attempt, command)) {
      answer(exchange, exec);
    } catch (IOException gone) {
      exchange.context().res().setStatus(200); // Whoever asked has gone; there is nobody to tell.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable Integer attempt(@Nullable Long number) {
    if (number == null) {
      return null;
    }
    if (number < 1 || number > Integer.MAX_VALUE) {
      throw RefusedException.invalid(
          "attempt", "attempt must be a number from 1 to " + Integer.MAX_VALUE + ".");
    }
    return number.intValue();
  }

  private void answer(Exchange exchange, Exec exec) throws IOException, InterruptedException {
    HttpServletResponse response = exchange.context().res();
    response.setContentType(ExecFrame.MEDIA_TYPE);
    response.setHeader("X-Content-Type-Options", "nosniff");
    Answer answer = new Answer(response.getOutputStream(), exchange.actor());
    int attempt = exec.attempt().number();
    answer.write(ExecFrame.STARTED, Json.bytes(new ExecStarted(exec.id(), attempt)));
    ExecEnd end = exec.run(answer);
    ExecEnd.Cause cause = end.cause();
    String code = cause == null ? null : cause.name();
    answer.write(ExecFrame.ENDED, Json.bytes(new ExecEnded(end.code(), code, end.reason())));
  }

  /** Writes frames to whoever asked. */
  private final class Answer implements Exec.Caller {
    private final OutputStream out;
    private final Actor actor;
    private long lastWrite = System.nanoTime();
    private long lastAsked = lastWrite;

    Answer(OutputStream out, Actor actor) {
      this.out = out;
      this.actor = actor;
    }

    @Override
    public void take(Exec.Output output, byte[] masked) throws IOException {
      write(
          switch (output) {
            case STDOUT -> ExecFrame.STDOUT;
            case STDERR -> ExecFrame.STDERR;
          },
          masked);
    }

    @Override
    public @Nullable ExecEnd tick() throws IOException {
      long now = System.nanoTime();
      if (now - lastAsked > TOKEN_ASKED_EVERY.toNanos()) {
        if (!tokens.opensStill(actor)) {
          return ExecEnd.because(
              null, ExecEnd.Cause.TOKEN_ENDED, "Its token does not open any more.");
        }
        lastAsked = now;
      }
      if (now - lastWrite > SILENCE.toNanos()) {
        write(ExecFrame.ALIVE, NOTHING);
      }
      return null;
    }

    private void write(int type, byte[] payload) throws IOException {
      int at = 0;
      do {
        int length = Math.min(ExecFrame.PAYLOAD_MAX_BYTES, payload.length - at);
        ExecFrame.write(out, type, payload, at, length);
        at += length;
      } while (at < payload.length);
      out.flush();
      lastWrite = System.nanoTime();
    }
  }

  void input(Exchange exchange) {
    exchange.allowQuery("end");
    boolean end = exchange.flag("end");
    Exec exec = execs.find(exchange.actor(), exchange.path("id"), exchange.path("exec"));
    try {
      long bytes = exec.give(exchange.context().req().getInputStream(), end);
      exchange.answer(200, new ExecInput(bytes));
    } catch (IOException e) {
      throw RefusedException.invalid("body", "The body did not arrive whole.");
    }
  }
}
