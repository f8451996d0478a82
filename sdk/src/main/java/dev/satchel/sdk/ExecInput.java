package dev.satchel.sdk;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** What a command reads: sent in parts, each answered once the command has taken it. */
final class ExecInput extends OutputStream {
  private static final int PART_BYTES = 256 * 1024;

  /** A command may take all and end before the answer that says so is here. */
  private static final Executor A_LITTLE_LATER =
      CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS);

  private final Transport transport;
  private final String path;
  private final CompletableFuture<?> over; // Of the command.
  private final ByteArrayOutputStream part = new ByteArrayOutputStream();
  private boolean closed;

  /**
   * @param over done once the command has ended, whatever it holds
   */
  ExecInput(Transport transport, String path, CompletableFuture<?> over) {
    this.transport = transport;
    this.path = path;
    this.over = over;
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    Objects.checkFromIndexSize(from, length, bytes.length);
    if (closed) {
      throw new Cancelled("The standard input of this command is closed.");
    }
    int at = from;
    while (at < from + length) {
      int some = Math.min(PART_BYTES - part.size(), from + length - at);
      part.write(bytes, at, some);
      at += some;
      if (part.size() == PART_BYTES) {
        send(false);
      }
    }
  }

  @Override
  public synchronized void flush() {
    if (part.size() > 0) {
      send(false);
    }
  }

  /** Sends what is left, and the end. Nothing happens where the command has ended. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      if (!over.isDone()) {
        try {
          send(true);
        } catch (NotFound | Conflict ended) {
          // It reads nothing any more, and whoever closes has nothing more to tell it.
        }
      }
    }
  }

  private void send(boolean end) {
    byte[] bytes = part.toByteArray();
    part.reset();
    Call call = Call.post(path, "").with("end", end ? true : null);
    CompletableFuture<HttpResponse<String>> sent = transport.give(call, bytes);
    var ended = over.handleAsync((any, failure) -> true, A_LITTLE_LATER);
    var either = CompletableFuture.anyOf(sent, ended);
    try {
      Object first = Waiting.on(either);
      if (first instanceof HttpResponse<?> answer && answer.statusCode() != 200) {
        throw Refusal.of(answer.statusCode(), String.valueOf(answer.body())).exception();
      }
      if (!sent.isDone() && bytes.length > 0) {
        throw new Cancelled("The command ended without having read all that was sent.");
      }
    } finally {
      sent.cancel(true);
    }
  }
}
