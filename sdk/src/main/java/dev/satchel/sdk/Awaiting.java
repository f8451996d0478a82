package dev.satchel.sdk;

import dev.satchel.api.WorkloadDetail;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks for the end of a workload, again and again, without a thread of its own. */
final class Awaiting {
  private static final Duration LONG_POLL = Duration.ofSeconds(50);

  private final Transport transport;
  private final String id;
  private final long deadline;
  private final CompletableFuture<WorkloadDetail> result;
  private long lastAnswer = System.nanoTime();
  private int failures;

  Awaiting(Transport transport, String id, Duration limit) {
    this.transport = transport;
    this.id = id;
    this.deadline = System.nanoTime() + Math.min(limit.toSeconds(), 1L << 32) * 1_000_000_000L;
    this.result =
        transport.promised(limit, () -> "Workload " + id + " has not ended within " + limit + ".");
  }

  CompletableFuture<WorkloadDetail> begin() {
    ask();
    return result;
  }

  private void ask() {
    if (result.isDone()) {
      return;
    }
    long left = Math.max(1, (deadline - System.nanoTime()) / 1_000_000_000L);
    Call call = Call.get(Workload.path(id)).with("wait_s", Math.min(left, LONG_POLL.toSeconds()));
    CompletableFuture<WorkloadDetail> current =
        transport.send(
            call,
            answer -> answer.as(WorkloadDetail.class),
            LONG_POLL.plus(transport.settings().timeout()));
    Transport.atEnd(result, (value, failure) -> current.cancel(true));
    Transport.atEnd(current, this::answered);
  }

  private void answered(@Nullable WorkloadDetail detail, @Nullable Throwable failure) {
    if (detail != null) {
      lastAnswer = System.nanoTime();
      failures = 0;
      if (Workload.isEnd(detail.state())) {
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
