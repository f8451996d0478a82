package dev.satchel.sdk;

import dev.satchel.sdk.discovery.TlsFailure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls to one server. Redirects are not followed, so the token goes where it was meant for
 * and nowhere else. Thread-safe.
 */
final class Transport implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Of calls of methods: a connection each. */
  private static final int SUBMITS_MAX = 16;

  private static final int POLLS_MAX = 200;

  private final Settings settings;
  private final HttpClient client;
  private final ScheduledThreadPoolExecutor timer;
  private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();
  private final Set<Arriving> arriving = ConcurrentHashMap.newKeySet();
  private final Gate submits = new Gate(SUBMITS_MAX);
  private final Gate polls = new Gate(POLLS_MAX);
  private volatile boolean closed;

  Transport(Settings settings) {
    this.settings = settings;
    HttpClient.Builder made =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // The other would ask for an upgrade each time.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.connectTimeout());
    if (settings.url().startsWith("https:")) {
      made.sslContext(settings.trust().context());
    }
    this.client = made.build();
    this.timer = new ScheduledThreadPoolExecutor(1, Transport::daemon);
    timer.setRemoveOnCancelPolicy(true); // Or each call would be remembered until its deadline.
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "satchel-timer");
    thread.setDaemon(true);
    return thread;
  }

  /** Through which many calls of methods are submitted. */
  Gate submits() {
    return submits;
  }

  /** Through which the ends of many workloads are asked for. */
  Gate polls() {
    return polls;
  }

  Settings settings() {
    return settings;
  }

  /**
   * Sends, again where that is allowed and of use, and reads the answer. Cancelling the future ends
   * the request.
   */
  <T> CompletableFuture<T> send(Call call, Function<Answer, T> read) {
    return send(call, read, settings.timeout());
  }

  <T> CompletableFuture<T> send(Call call, Function<Answer, T> read, Duration within) {
    return send(call, () -> json(call), read, within);
  }

  /** Sends a body of the caller's, which is made anew each time that it is sent. */
  <T> CompletableFuture<T> send(
      Call call, Supplier<BodyPublisher> body, Function<Answer, T> read, Duration within) {
    CompletableFuture<T> result = promised(within, () -> call + " has not been answered in time.");
    new Sending<>(call, body, read, result).send();
    return result;
  }

  private static BodyPublisher json(Call call) {
    String body = call.body();
    return body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
  }

  /** A future that fails once its time is up or this is closed, whatever else becomes of it. */
  @SuppressWarnings("CollectionUndefinedEquality") // Each is told from others by its identity.
  <T> CompletableFuture<T> promised(Duration within, Supplier<String> lateMessage) {
    CompletableFuture<T> result = new CompletableFuture<>();
    pending.add(result);
    Runnable late = () -> result.completeExceptionally(new TimedOut(lateMessage.get()));
    @Nullable ScheduledFuture<?> limit = later(within, late);
    atEnd(
        result,
        (value, failure) -> {
          pending.remove(result);
          if (limit != null) {
            limit.cancel(false);
          }
        });
    if (closed) {
      result.completeExceptionally(gone());
    }
    return result;
  }

  /** Has something done at a future's end, which holds for who asks it what it holds. */
  @SuppressWarnings("FutureReturnValueIgnored") // It is the same end again.
  static <T> void atEnd(
      CompletableFuture<T> future,
      BiConsumer<? super @Nullable T, ? super @Nullable Throwable> work) {
    future.whenComplete(work);
  }

  /** Null where this is closed, so that nothing is done later. */
  @Nullable ScheduledFuture<?> later(Duration pause, Runnable work) {
    try {
      return timer.schedule(work, nanos(pause), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException shut) {
      return null;
    }
  }

  private static long nanos(Duration time) { // A duration may be longer than a long of nanoseconds.
    return time.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE / 4 : time.toNanos();
  }

  /**
   * A pause before the n-th repetition, from 1: drawn, so that many callers do not come at once.
   */
  static Duration pause(int repetition) {
    long most = FIRST_PAUSE.toNanos() << Math.min(repetition - 1, 20);
    long drawn = (long) (Math.min(most, LONGEST_PAUSE.toNanos()) * (0.5 + Math.random() / 2));
    return Duration.ofNanos(drawn);
  }

  /** Sends once, and hands over the answer while it comes. */
  CompletableFuture<HttpResponse<Arriving>> open(Call call) {
    return closed
        ? CompletableFuture.failedFuture(gone())
        : client.sendAsync(request(call, json(call)), head -> arriving());
  }

  /** Sends bytes once; answered as late as it may be. */
  CompletableFuture<HttpResponse<String>> give(Call call, byte[] bytes) {
    if (closed) {
      return CompletableFuture.failedFuture(gone());
    }
    HttpRequest request =
        HttpRequest.newBuilder(request(call, json(call)), (name, value) -> true)
            .POST(BodyPublishers.ofByteArray(bytes))
            .setHeader("Content-Type", "application/octet-stream")
            .build();
    return client.sendAsync(request, head -> new LimitedText());
  }

  /** Sends a file, once. */
  <T> CompletableFuture<T> file(Call call, Path file, Function<Answer, T> read, Duration within) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(request(call, json(call)), (name, value) -> true)
              .POST(BodyPublishers.ofFile(file))
              .setHeader("Content-Type", "application/octet-stream")
              .build();
      return bare(
          request, head -> new LimitedText(), body -> read.apply(new Answer(201, body)), within);
    } catch (FileNotFoundException gone) {
      return CompletableFuture.failedFuture(new UncheckedIOException(gone));
    }
  }

  /** Sends a request that is not one of ours, once. Cancelling the future ends it. */
  <T> CompletableFuture<T> bare(
      HttpRequest request, BodyHandler<String> body, Function<String, T> read, Duration within) {
    CompletableFuture<T> result = promised(within, () -> "A transfer has not ended in time.");
    if (!result.isDone()) {
      CompletableFuture<HttpResponse<String>> sent = client.sendAsync(request, body);
      atEnd(result, (value, failure) -> sent.cancel(true));
      atEnd(sent, (answer, failure) -> finish(result, answer, failure, read));
    }
    return result;
  }

  private <T> void finish(
      CompletableFuture<T> result,
      @Nullable HttpResponse<String> answer,
      @Nullable Throwable failure,
      Function<String, T> read) {
    try {
      if (answer == null) {
        throw unreachable(unwrapped(Objects.requireNonNull(failure)), true);
      }
      if (answer.statusCode() >= 300) {
        throw Refusal.of(answer.statusCode(), answer.body()).exception();
      }
      result.complete(read.apply(answer.body()));
    } catch (RuntimeException failed) {
      result.completeExceptionally(failed);
    }
  }

  private Arriving arriving() {
    Arriving one = new Arriving(arriving::remove);
    arriving.add(one);
    if (closed) {
      one.close();
    }
    return one;
  }

  private HttpRequest request(Call call, BodyPublisher sent) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(settings.url() + call.target()))
            .method(call.method(), sent)
            .setHeader("User-Agent", "satchel-sdk")
            .setHeader("Accept", "application/json, application/problem+json, text/plain");
    if (call.body() != null) {
      request.setHeader("Content-Type", "application/json");
    }
    if (settings.token() != null) {
      request.setHeader("Authorization", "Bearer " + settings.token());
    }
    call.headers().forEach(request::setHeader);
    return request.build();
  }

  /** What the network said, as one of ours. */
  Unavailable unreachable(Throwable broken, boolean mayBeDone) {
    TlsFailure.Told untrusted = TlsFailure.of(settings.url(), broken);
    if (untrusted != null) {
      return new Unavailable(
          "No answer from "
              + settings.url()
              + ": "
              + untrusted.reason()
              + ". To do: "
              + untrusted.remedy()
              + ".",
          broken);
    }
    String reason =
        isNotSent(broken)
            ? broken instanceof HttpConnectTimeoutException ? "timed out" : "connection refused"
            : "connection broken";
    return new Unavailable(
        "No answer from "
            + settings.url()
            + " ("
            + reason
            + ")."
            + (mayBeDone ? " What was asked for may have been done all the same." : ""),
        broken);
  }

  private static boolean isNotSent(Throwable broken) {
    return broken instanceof ConnectException || broken instanceof HttpConnectTimeoutException;
  }

  /** What a future failed with, out of what its methods wrap it in. */
  static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wraps = failure instanceof CompletionException || failure instanceof ExecutionException;
    return wraps && cause != null ? cause : failure;
  }

  private static Cancelled gone() {
    return new Cancelled("This client is closed.");
  }

  /** Ends what is still being asked; those who wait for it get {@link Cancelled}. */
  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    pending.forEach(result -> result.completeExceptionally(gone()));
    arriving.forEach(Arriving::close);
  }

  /** One call on its way, with its repetitions. */
  private final class Sending<T> {
    private final Call call;
    private final Supplier<BodyPublisher> body;
    private final Function<Answer, T> read;
    private final CompletableFuture<T> result;
    private int sent;

    Sending(
        Call call,
        Supplier<BodyPublisher> body,
        Function<Answer, T> read,
        CompletableFuture<T> result) {
      this.call = call;
      this.body = body;
      this.read = read;
      this.result = result;
    }

    void send() {
      if (result.isDone()) {
        return;
      }
      sent++;
      CompletableFuture<HttpResponse<String>> current;
      try {
        current = client.sendAsync(request(call, body.get()), head -> new LimitedText());
      } catch (RuntimeException unreadable) { // A file that is gone, say.
        result.completeExceptionally(unreadable);
        return;
      }
      atEnd(result, (value, failure) -> current.cancel(true));
      atEnd(current, this::answered);
    }

    private void answered(@Nullable HttpResponse<String> answer, @Nullable Throwable failure) {
      try {
        if (answer == null) {
          lost(unwrapped(Objects.requireNonNull(failure)));
        } else if (answer.statusCode() >= 200 && answer.statusCode() <= 299) {
          result.complete(read.apply(new Answer(answer.statusCode(), answer.body())));
        } else {
          refused(answer);
        }
      } catch (RuntimeException wrong) { // Also of whoever depends on the future: nobody waits on.
        result.completeExceptionally(wrong);
      }
    }

    private void lost(Throwable broken) {
      if (TlsFailure.of(settings.url(), broken) != null) {
        result.completeExceptionally(unreachable(broken, false));
        return;
      }
      boolean notSent = isNotSent(broken);
      boolean safe =
          call.repeat() == Call.Repeat.FREELY
              || (call.repeat() == Call.Repeat.IF_NOT_DONE && notSent);
      boolean changes = !call.method().equals("GET");
      if (broken instanceof IOException) {
        againOr(safe, Duration.ZERO, unreachable(broken, changes && !notSent));
      } else {
        result.completeExceptionally(unreachable(broken, changes));
      }
    }

    private void refused(HttpResponse<String> answer) {
      Refusal refusal = Refusal.of(answer.statusCode(), answer.body());
      boolean busy = refusal.code().equals("STORE_BUSY"); // Refused before it was begun.
      boolean safe =
          (call.repeat() == Call.Repeat.FREELY && isPassing(answer.statusCode()))
              || (call.repeat() == Call.Repeat.IF_NOT_DONE && busy);
      againOr(safe, retryAfter(answer), refusal.exception());
    }

    private static boolean isPassing(int status) {
      return status == 502 || status == 503 || status == 504;
    }

    private static Duration retryAfter(HttpResponse<?> answer) {
      String seconds = answer.headers().firstValue("Retry-After").orElse("0");
      return seconds.matches("[0-9]{1,4}")
          ? Duration.ofSeconds(Long.parseLong(seconds))
          : Duration.ZERO;
    }

    private void againOr(boolean safe, Duration least, SatchelException failure) {
      if (!safe || sent > settings.retries()) {
        result.completeExceptionally(failure);
        return;
      }
      Duration pause = pause(sent);
      if (later(pause.compareTo(least) < 0 ? least.plus(pause) : pause, this::send) == null) {
        result.completeExceptionally(gone());
      }
    }
  }
}
