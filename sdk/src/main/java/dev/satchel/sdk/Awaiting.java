package dev.satchel.sdk;

import dev.satchel.api.WorkloadDetail;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the end of a workload, again and again, without a thread of its own.
 *
 * @param <T> what is told of it
 */
final class Awaiting<T extends Record> {
  private static final Duration LONG_POLL = Duration.ofSeconds(50);
  private static final Duration SHORT_POLL = Duration.ofSeconds(2); // Where others want a turn.

  private final Transport transport;
  private final String path;
  private final Class<T> type;
  private final Function<T, String> state;
  private final long deadline;
  private final CompletableFuture<T> result;
  private long lastAnswer = System.nanoTime();
  private int failures;

  Awaiting(
      Transport transport,
      String path,
      Class<T> type,
      Function<T, String> state,
      String id,
      Duration limit) {
    this.transport = transport;
    this.path = path;
    this.type = type;
    this.state = state;
    this.deadline = System.nanoTime() + Math.min(limit.toSeconds(), 1L << 32) * 1_000_000_000L;
    this.result =
        transport.promised(limit, () -> "Workload " + id + " has not ended within " + limit + ".");
  }

  static Awaiting<WorkloadDetail> ofWorkload(Transport transport, String id, Duration limit) {
    return new Awaiting<>(
        transport, Workload.path(id), WorkloadDetail.class, WorkloadDetail::state, id, limit);
  }

  CompletableFuture<T> begin() {
    ask();
    return result;
  }

  private void ask() {
    if (result.isDone()) {
      return;
    }
    long left = Math.max(1, (deadline - System.nanoTime()) / 1_000_000_000L);
    Duration poll = transport.polls().isCrowded() ? SHORT_POLL : LONG_POLL;
    Call call = Call.get(path).with("wait_s", Math.min(left, poll.toSeconds()));
    CompletableFuture<T> current =
        transport.send(
            call, answer -> answer.as(type), LONG_POLL.plus(transport.settings().timeout()));
    Transport.atEnd(result, (value, failure) -> current.cancel(true));
    Transport.atEnd(current, this::answered);
  }

  private void answered(@Nullable T detail, @Nullable Throwable failure) {
    if (detail != null) {
      lastAnswer = System.nanoTime();
      failures = 0;
      if (Workload.isEnd(state.apply(detail))) {
        result.complete(detail);
      } else {
        ask();
      }
    } else if (failure instanceof Unavailable || failure instanceof TimedOut) {
      boolean patient = System.nanoTime() - lastAnswer < transport.settings().outage().toNanos();
      if (!patient || transport.later(Transport.pause(++failures), this::ask) == null) {
        result.completeExceptionally(failure);
      }
    } else if (failure != null) {
      result.completeExceptionally(failure);
    }
  }
}
