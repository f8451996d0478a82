package dev.satchel.sdk;

import dev.satchel.api.RunDetail;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks after a run until it has ended, without a thread of its own. */
final class RunAwaiting {
  private static final Set<String> ENDS = Set.of("succeeded", "failed", "canceled");

  private final Transport transport;
  private final Call call;
  private final PollingOptions polling;
  private final CompletableFuture<RunDetail> result;
  private long lastAnswer = System.nanoTime();
  private int asked;

  /**
   * @param call asks how it stands
   */
  RunAwaiting(Transport transport, String run, Call call, PollingOptions polling) {
    this.transport = transport;
    this.call = call;
    this.polling = polling;
    Duration limit = polling.maxDuration();
    this.result =
        transport.promised(limit, () -> "Run " + run + " has not ended within " + limit + ".");
  }

  CompletableFuture<RunDetail> begin() {
    later();
    return result;
  }

  private void later() {
    Duration pause = polling.pause(asked++, Math.random());
    if (transport.later(pause, this::ask) == null) {
      result.completeExceptionally(new Cancelled("This client is closed."));
    }
  }

  private void ask() {
    if (result.isDone()) {
      return;
    }
    CompletableFuture<RunDetail> current =
        transport.send(call, answer -> answer.as(RunDetail.class));
    Transport.atEnd(result, (value, failure) -> current.cancel(true));
    Transport.atEnd(current, this::answered);
  }

  private void answered(@Nullable RunDetail run, @Nullable Throwable failure) {
    if (run != null) {
      lastAnswer = System.nanoTime();
      if (ENDS.contains(run.metadata().statusV2())) {
        result.complete(run);
      } else {
        later();
      }
    } else if (failure != null) {
      boolean away = failure instanceof Unavailable || failure instanceof TimedOut;
      long since = System.nanoTime() - lastAnswer;
      if (away && since < transport.settings().outage().toNanos()) {
        later();
      } else {
        result.completeExceptionally(failure);
      }
    }
  }
}
