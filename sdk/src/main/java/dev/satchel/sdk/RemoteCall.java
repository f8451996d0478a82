package dev.satchel.sdk;

import dev.satchel.api.CallDetail;
import dev.satchel.api.Paths;
import dev.satchel.runner.Carrier;
import dev.satchel.runner.UncarriedException;
import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A call of a method that runs elsewhere, known by its id, which outlives this process. Immutable
 * and thread-safe; holding one costs nothing.
 *
 * @param <R> what the method returns
 */
public final class RemoteCall<R> {
  /** As long as anything runs at most. */
  private static final Duration ALWAYS = Duration.ofDays(366);

  private final Transport transport;
  private final String id;
  private final Type type;

  RemoteCall(Transport transport, String id, Type type) {
    this.transport = transport;
    this.id = id;
    this.type = type;
  }

  /**
   * Its id, which is its workload's.
   *
   * @return as the server gave it
   */
  public String id() {
    return id;
  }

  /**
   * It as a workload, with its state and its logs: what the method prints. A call of an object is
   * none: its object is.
   *
   * @return a handle
   */
  public Workload workload() {
    return new Workload(transport, id, 0);
  }

  /**
   * Waits for what the method returns, through retries, and through restarts of the server.
   *
   * @return what it returned
   * @throws RemoteFailure where it threw, or ended without an answer
   * @throws TimedOut where its time was up
   * @throws Cancelled where somebody cancelled it, or this thread was interrupted; it then runs on
   */
  public R get() {
    return get(ALWAYS);
  }

  /**
   * As {@link #get()}, for some time.
   *
   * @param limit how long
   * @return what it returned
   * @throws TimedOut where it has not ended by then; it runs on
   */
  public R get(Duration limit) {
    return Waiting.on(getAsync(limit));
  }

  /**
   * As {@link #get()}, without a thread that waits.
   *
   * @return what get would answer or throw
   */
  public CompletableFuture<R> getAsync() {
    return getAsync(ALWAYS);
  }

  CompletableFuture<R> getAsync(Duration limit) {
    CompletableFuture<CallDetail> ended =
        new Awaiting<>(
                transport,
                Paths.CALLS + "/" + Call.segment(id),
                CallDetail.class,
                CallDetail::state,
                id,
                limit)
            .begin();
    CompletableFuture<R> result = ended.thenApply(this::result);
    Transport.atEnd(result, (value, failure) -> ended.cancel(true));
    return result;
  }

  /** Cancels it where the thread that waits is interrupted: nobody else knows of it. */
  R getOrCancel() {
    try {
      return get();
    } catch (Cancelled given) {
      cancelQuietly();
      throw given;
    }
  }

  void cancelQuietly() {
    Transport.atEnd(cancelAsync(), (done, failure) -> {});
  }

  /**
   * Asks it to end. Whoever waits for it gets {@link Cancelled}, once it has. A call of an object
   * that has not begun does not begin; one that runs there is interrupted, and the object lives on.
   */
  public void cancel() {
    var asked = Waiting.on(cancelAsync());
    assert asked.id().equals(id);
  }

  private CompletableFuture<CallDetail> cancelAsync() {
    Call call =
        Call.delete(Paths.CALLS + "/" + Call.segment(id)).repeated(Call.Repeat.FREELY); // As often.
    return transport.send(call, answer -> answer.as(CallDetail.class));
  }

  /** What a JVM that has ended left. */
  static CompletableFuture<CallDetail> left(Transport transport, String workload) {
    return transport.send(
        Call.get(Paths.CALLS + "/" + Call.segment(workload)),
        answer -> answer.as(CallDetail.class));
  }

  /** Throws what a JVM that was to stay threw before it could. */
  static void throwLeft(Transport transport, String workload) {
    CallDetail left = Waiting.on(left(transport, workload));
    Object unused = new RemoteCall<>(transport, workload, Object.class).result(left);
  }

  /** What a call that has ended came to. */
  R result(CallDetail call) {
    Node answer = answer(call);
    if (answer.flag("cancelled")) {
      throw new Cancelled("The call " + id + " was cancelled.");
    }
    Node failure = answer.at("failure");
    if (failure.isPresent()) {
      throw RemoteFailure.thrown(failure);
    }
    if (call.state().equals("completed")) {
      return returned(answer.at("value"));
    }
    if (call.state().equals("terminated")) {
      throw new Cancelled("The call " + id + " was cancelled.");
    }
    if ("TIMEOUT".equals(call.cause())) {
      throw new TimedOut("The call " + id + " took longer than it may, and was ended.");
    }
    throw new RemoteFailure(
        "The call "
            + id
            + " has "
            + call.state()
            + " without an answer: "
            + call.reason()
            + " \"satchel logs "
            + id
            + "\" shows what it printed.");
  }

  private static Node answer(CallDetail call) {
    String answer = call.answer();
    try {
      return answer == null ? Node.ABSENT : Json.read(answer);
    } catch (IllegalArgumentException noJson) { // Somebody else wrote it.
      return Node.ABSENT;
    }
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // It is what the method's own declaration says.
  private R returned(Node value) {
    try {
      return (R) Carrier.decoded(value, type, "what the call " + id + " returned");
    } catch (UncarriedException uncarried) {
      throw new RemoteFailure(String.valueOf(uncarried.getMessage()));
    }
  }

  @Override
  public String toString() {
    return "RemoteCall[" + id + "]";
  }
}
