package dev.satchel.core.call;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.CallFiles;
import dev.satchel.core.workload.JavaSpec;
import dev.satchel.core.workload.Remains;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadState;
import dev.satchel.core.workload.Workloads;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the object that a workload of the kind {@code cls} keeps alive. They begin and end
 * within an attempt: what it was started with is what they see. None leaves a row: the workload
 * does. Thread-safe.
 */
public final class ObjectCalls {
  /** Of a workload, an attempt of it, and a call of that one. */
  private static final Pattern ID =
      Pattern.compile("([0-9a-z]{12})\\.([0-9]{1,9})\\.([0-9a-z]{12})");

  /** How late it is seen at most that the object has ended. */
  private static final long LOOK_AGAIN_NANOS = 250_000_000;

  private final Workloads workloads;
  private final CallChannel channel;
  private final CallFiles files;

  public ObjectCalls(Workloads workloads, CallChannel channel, CallFiles files) {
    this.workloads = workloads;
    this.channel = channel;
    this.files = files;
  }

  /**
   * A call of an object.
   *
   * @param attempt as it stands
   * @param answer what the JVM wrote; null where there is none yet
   */
  public record Called(String id, Attempt attempt, @Nullable String answer) {}

  /** Whether an id can be one of a call of an object. */
  public static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  /**
   * Calls the object.
   *
   * @param key 12 letters and digits: another call of the same is the same call; null for a new one
   * @param timeout how long to wait for the answer
   * @throws RefusedException ATTEMPT_NOT_RUNNING; TOO_MANY_CALLS; FORBIDDEN; WORKLOAD_NOT_FOUND
   */
  public Called call(Actor actor, String id, byte[] request, @Nullable String key, Duration timeout)
      throws InterruptedException {
    Workloads.Detail detail = workloads.detail(actor, id);
    Attempt attempt = detail.current();
    requireServed(actor, detail.workload());
    if (attempt.state() != WorkloadState.RUNNING) {
      throw new RefusedException(
          Reason.ATTEMPT_NOT_RUNNING,
          "The object of this workload is not there: it is "
              + attempt.state().word()
              + ". Call it while it is running.");
    }
    String call = key == null ? RandomIds.shortId() : key;
    Remains place = workloads.place(detail.workload(), attempt);
    channel.send(place, call, request);
    return awaited(detail.workload(), attempt.id(), call, timeout);
  }

  /** A call that was made before, and its answer once there is one or the time is up. */
  public Called await(Actor actor, String id, Duration timeout) throws InterruptedException {
    Matcher parts = ID.matcher(id);
    if (!parts.matches()) {
      throw notFound();
    }
    Workload workload = workloads.detail(actor, parts.group(1)).workload();
    requireServed(actor, workload);
    AttemptId attempt = new AttemptId(workload.id(), Integer.parseInt(parts.group(2)));
    return awaited(workload, attempt, parts.group(3), timeout);
  }

  /** Asks for the end of a call: its answer then says that it was cancelled, unless it had one. */
  public Called cancel(Actor actor, String id) throws InterruptedException {
    Matcher parts = ID.matcher(id);
    if (!parts.matches()) {
      throw notFound();
    }
    Called before = await(actor, id, Duration.ZERO);
    if (before.answer() == null && !before.attempt().state().isTerminal()) {
      Workload workload = workloads.detail(actor, parts.group(1)).workload();
      channel.cancel(workloads.place(workload, before.attempt()), parts.group(3));
    }
    return before;
  }

  private Called awaited(Workload workload, AttemptId id, String call, Duration timeout)
      throws InterruptedException {
    Attempt attempt = workloads.attempt(id).orElseThrow(ObjectCalls::notFound);
    Remains place = workloads.place(workload, attempt);
    long end = System.nanoTime() + timeout.toNanos();
    Optional<String> answer;
    while (true) {
      boolean ended =
          attempt.state().isTerminal(); // Asked first: what it answered before is there.
      long left = ended ? 0 : Math.max(0, end - System.nanoTime());
      answer =
          channel
              .await(place, call, Duration.ofNanos(Math.min(left, LOOK_AGAIN_NANOS)))
              .or(() -> files.answer(id, call)); // They are moved there when the object ends.
      if (answer.isPresent() || left == 0) {
        break;
      }
      attempt = workloads.attempt(id).orElse(attempt);
    }
    if (answer.isEmpty() && !attempt.state().isTerminal() && !channel.waits(place, call)) {
      answer = // Perhaps it came just now.
          channel.await(place, call, Duration.ZERO).or(() -> files.answer(id, call));
      if (answer.isEmpty()) {
        throw notFound();
      }
    }
    return new Called(id.workload() + "." + id.number() + "." + call, attempt, answer.orElse(null));
  }

  private void requireServed(Actor actor, Workload workload) {
    workloads.requireUses(actor, workload);
    JavaSpec java = workload.spec().java();
    if (java == null || !java.served()) {
      throw new RefusedException(
          Reason.WORKLOAD_NOT_FOUND,
          "This workload keeps no object that could be called: its kind is not \"cls\".");
    }
  }

  private static RefusedException notFound() {
    return new RefusedException(
        Reason.CALL_NOT_FOUND,
        "There is no such call: it was never made, or its answer is not kept any more. An object"
            + " keeps its last 1000 answers, and ten times as many that nobody has fetched.");
  }
}
