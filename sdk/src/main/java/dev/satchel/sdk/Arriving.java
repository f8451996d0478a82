package dev.satchel.sdk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an answer while they come. Asks for the next part once the one before was taken, so
 * that a slow reader holds the sender back. The JDK's own stream can neither be interrupted nor
 * give up on a silent sender.
 */
final class Arriving implements BodySubscriber<Arriving>, AutoCloseable {
  /** What came: bytes, or the end of them. */
  private record Part(List<ByteBuffer> bytes, boolean last, @Nullable Throwable failure) {}

  private final BlockingQueue<Part> parts =
      new LinkedBlockingQueue<>(); // Holds what was asked for.
  private volatile @Nullable Subscription subscription; // Null until the first byte may come.
  private final Consumer<Arriving> over;
  private volatile boolean closed;
  private final Deque<ByteBuffer> taken = new ArrayDeque<>();
  private boolean ended;

  /**
   * @param over is told once nothing comes any more
   */
  Arriving(Consumer<Arriving> over) {
    this.over = over;
  }

  @Override
  public CompletionStage<Arriving> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    given.request(2);
    if (closed) {
      given.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    parts.add(new Part(List.copyOf(bytes), false, null));
  }

  @Override
  public void onError(Throwable failure) {
    parts.add(new Part(List.of(), true, failure));
    over.accept(this);
  }

  @Override
  public void onComplete() {
    parts.add(new Part(List.of(), true, null));
    over.accept(this);
  }

  /**
   * Reads as a stream does.
   *
   * @param silence how long to wait for the next byte
   * @return how many bytes; -1 at the end
   * @throws IOException where the connection broke, or nothing came for that long
   */
  int read(byte[] into, int from, int length, Duration silence)
      throws IOException, InterruptedException {
    while (taken.isEmpty()) {
      if (ended) {
        return -1;
      }
      take(parts.poll(silence.toNanos(), TimeUnit.NANOSECONDS));
    }
    ByteBuffer first = taken.element();
    int read = Math.min(length, first.remaining());
    first.get(into, from, read);
    if (!first.hasRemaining()) {
      taken.remove();
    }
    return read;
  }

  private void take(@Nullable Part part) throws IOException {
    if (part == null) {
      throw new InterruptedIOException("silent");
    }
    if (part.failure() != null) {
      throw new IOException("broken", part.failure());
    }
    ended = part.last();
    part.bytes().stream().filter(ByteBuffer::hasRemaining).forEach(taken::add);
    if (!ended) {
      Objects.requireNonNull(subscription).request(1);
    }
  }

  /** All of it as text, for an answer that says no. */
  String text() throws IOException, InterruptedException {
    byte[] bytes = new byte[64 * 1024];
    int length = 0;
    while (length < bytes.length) {
      int read = read(bytes, length, bytes.length - length, Duration.ofSeconds(10));
      if (read < 0) {
        break;
      }
      length += read;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** Cuts the connection unless the answer has ended; whoever reads is told that it has. */
  @Override
  public void close() {
    closed = true;
    Subscription known = subscription;
    if (known != null) {
      known.cancel();
    }
    parts.add(new Part(List.of(), true, null));
    over.accept(this);
  }
}
