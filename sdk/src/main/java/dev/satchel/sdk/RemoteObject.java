package dev.satchel.sdk;

import dev.satchel.api.CallDetail;
import dev.satchel.sdk.classpath.MethodReference;
import dev.satchel.sdk.classpath.Undeclarable;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An object that lives elsewhere, in a JVM that stays: a call costs little more than the way there.
 * It answers one call after the other; those that it has not answered are over at its end.
 * Immutable and thread-safe; its id outlives this process.
 *
 * @param <T> its class
 */
public final class RemoteObject<T> extends Standing {
  private static final long WAIT_S = 20;

  RemoteObject(Transport transport, String id) {
    super(transport, id);
  }

  /**
   * A method without arguments, by a reference such as {@code Scorer::size}.
   *
   * @param <T> the class
   * @param <R> what it returns
   */
  @FunctionalInterface
  public interface Method0<T, R> extends Serializable {
    /**
     * Calls it.
     *
     * @param object whose method it is
     * @return what it returns
     * @throws Exception what it throws
     */
    R call(T object) throws Exception;
  }

  /**
   * A method of one argument, by a reference such as {@code Scorer::score}.
   *
   * @param <T> the class
   * @param <A> its argument
   * @param <R> what it returns
   */
  @FunctionalInterface
  public interface Method1<T, A, R> extends Serializable {
    /**
     * Calls it.
     *
     * @param object whose method it is
     * @param argument what it takes
     * @return what it returns
     * @throws Exception what it throws
     */
    R call(T object, A argument) throws Exception;
  }

  /**
   * Calls a method without arguments, and waits.
   *
   * @param method such as {@code Scorer::size}
   * @param <R> what it returns
   * @return what it returned
   * @throws RemoteFailure where it threw, or the object could not be made
   * @throws Conflict where the object has ended
   */
  public <R> R call(Method0<T, R> method) {
    return Waiting.on(callAsync(method)); // An interruption cancels it there.
  }

  /**
   * Calls a method of one argument, and waits.
   *
   * @param method such as {@code Scorer::score}
   * @param argument what it takes
   * @param <A> its argument
   * @param <R> what it returns
   * @return what it returned
   * @throws RemoteFailure where it threw, or the object could not be made
   * @throws Conflict where the object has ended
   */
  public <A, R> R call(Method1<T, A, R> method, A argument) {
    return Waiting.on(callAsync(method, argument));
  }

  /**
   * As {@link #call(Method0)}, without a thread that waits.
   *
   * @param method such as {@code Scorer::size}
   * @param <R> what it returns
   * @return what call would answer or throw
   */
  public <R> CompletableFuture<R> callAsync(Method0<T, R> method) {
    return called(method);
  }

  /**
   * As {@link #call(Method1, Object)}, without a thread that waits.
   *
   * @param method such as {@code Scorer::score}
   * @param argument what it takes
   * @param <A> its argument
   * @param <R> what it returns
   * @return what call would answer or throw
   */
  public <A, R> CompletableFuture<R> callAsync(Method1<T, A, R> method, A argument) {
    return called(method, argument);
  }

  /**
   * Calls a method without arguments, and does not wait.
   *
   * @param method such as {@code Scorer::size}
   * @param <R> what it returns
   * @return the call, which waits its turn; it can be cancelled by itself
   * @throws Conflict where the object has ended
   */
  public <R> RemoteCall<R> spawn(Method0<T, R> method) {
    return Waiting.on(spawned(method));
  }

  /**
   * Calls a method of one argument, and does not wait.
   *
   * @param method such as {@code Scorer::score}
   * @param argument what it takes
   * @param <A> its argument
   * @param <R> what it returns
   * @return the call, which waits its turn; it can be cancelled by itself
   * @throws Conflict where the object has ended
   */
  public <A, R> RemoteCall<R> spawn(Method1<T, A, R> method, A argument) {
    return Waiting.on(spawned(method, argument));
  }

  private <R> CompletableFuture<RemoteCall<R>> spawned(
      Serializable method, @Nullable Object... arguments) {
    Asked asked = asked(method, arguments);
    return sent(asked.call(), System.nanoTime(), 1)
        .thenApply(detail -> new RemoteCall<>(transport(), detail.id(), asked.type()));
  }

  /** A call that can be sent as often as need be. */
  private record Asked(Call call, Type type) {}

  private Asked asked(Serializable method, @Nullable Object... arguments) {
    try {
      MethodReference reference = MethodReference.ofObject(method);
      String request = Requests.call(reference, arguments);
      Call call = Call.post(Workload.path(id()) + "/calls", Map.of("request", request)).keyed(null);
      return new Asked(call, reference.method().getGenericReturnType());
    } catch (Undeclarable undeclarable) {
      throw new Invalid(String.valueOf(undeclarable.getMessage()), undeclarable);
    }
  }

  private <R> CompletableFuture<R> called(Serializable method, @Nullable Object... arguments) {
    Asked asked = asked(method, arguments);
    CompletableFuture<R> result =
        sent(asked.call().with("wait_s", WAIT_S), System.nanoTime(), 1)
            .thenCompose(
                detail -> {
                  RemoteCall<R> made = new RemoteCall<>(transport(), detail.id(), asked.type());
                  if (detail.answer() != null) {
                    return CompletableFuture.completedFuture(made.result(detail));
                  }
                  return Workload.isEnd(detail.state()) ? ended(made, detail) : made.getAsync();
                });
    Transport.atEnd(
        result,
        (value, failure) -> {
          if (result.isCancelled()) {
            cancel(asked);
          }
        });
    return result;
  }

  /** Whoever gave up may not know its id yet: the same call again tells it, without waiting. */
  private void cancel(Asked asked) {
    Transport.atEnd(
        sent(asked.call(), System.nanoTime(), 1),
        (detail, failure) -> {
          if (detail != null && detail.answer() == null) {
            new RemoteCall<>(transport(), detail.id(), asked.type()).cancelQuietly();
          }
        });
  }

  /**
   * Again under its key while the server is away, as while it is restarted: the object lives on.
   */
  private CompletableFuture<CallDetail> sent(Call call, long since, int times) {
    Duration within = transport().settings().timeout().plusSeconds(WAIT_S);
    return transport()
        .send(call, answer -> answer.as(CallDetail.class), within)
        .exceptionallyCompose(
            failure -> {
              boolean away =
                  Transport.unwrapped(failure) instanceof Unavailable no && no.status() == 0;
              boolean patient =
                  System.nanoTime() - since < transport().settings().outage().toNanos();
              return away && patient
                  ? paused(times).thenCompose(done -> sent(call, since, times + 1))
                  : CompletableFuture.failedFuture(failure);
            });
  }

  private CompletableFuture<Boolean> paused(int times) {
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    if (transport().later(Transport.pause(times), () -> over.complete(true)) == null) {
      over.completeExceptionally(new Cancelled("This client is closed."));
    }
    return over;
  }

  /** It has ended before it answered: perhaps it could not be made, and left why. */
  private <R> CompletableFuture<R> ended(RemoteCall<R> made, CallDetail detail) {
    return RemoteCall.left(transport(), id())
        .thenApply(left -> made.result(left.answer() == null ? detail : left));
  }
}
