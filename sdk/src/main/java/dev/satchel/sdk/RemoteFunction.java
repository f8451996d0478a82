package dev.satchel.sdk;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A static method of one argument that runs elsewhere. Immutable and thread-safe.
 *
 * @param <A> its argument
 * @param <R> what it returns
 */
public final class RemoteFunction<A, R> {
  private final Target<A, R> target;
  private final Remote<R> remote;

  RemoteFunction(Target<A, R> target, Remote<R> remote) {
    this.target = target;
    this.remote = remote;
  }

  /**
   * A static method, by a reference such as {@code Nightly::train}.
   *
   * @param <A> its argument
   * @param <R> what it returns
   */
  @FunctionalInterface
  public interface Target<A, R> extends Serializable {
    /**
     * Calls it.
     *
     * @param argument what it takes
     * @return what it returns
     * @throws Exception what it throws
     */
    R call(A argument) throws Exception;
  }

  /**
   * Calls it elsewhere, and waits. Where the thread is interrupted meanwhile, it is cancelled
   * there.
   *
   * @param argument what it takes
   * @return what it returned
   * @throws RemoteFailure where it threw, or ended without an answer
   * @throws TimedOut where it took longer than it may
   * @throws Invalid where the server refuses what it needs, or an argument cannot be sent
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   */
  public R remote(A argument) {
    return remote.remote(more -> {}, argument);
  }

  /**
   * Calls it elsewhere, and does not wait.
   *
   * @param argument what it takes
   * @return the call, which was accepted
   * @throws Invalid where the server refuses what it needs, or an argument cannot be sent
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   */
  public RemoteCall<R> spawn(A argument) {
    return Waiting.on(spawnAsync(argument));
  }

  /**
   * As {@link #spawn}.
   *
   * @param argument what it takes
   * @return what spawn would answer or throw
   */
  public CompletableFuture<RemoteCall<R>> spawnAsync(A argument) {
    return remote.spawn(more -> {}, argument);
  }

  /**
   * Calls it elsewhere with more than was declared, and does not wait: bundles come after the
   * declared ones, and win over them; all else takes the place of what was declared.
   *
   * @param argument what it takes
   * @param more is given what to fill, which holds what was declared
   * @return the call, which was accepted
   */
  public RemoteCall<R> submit(A argument, Consumer<Submission> more) {
    return Waiting.on(remote.spawn(more, argument));
  }

  /**
   * Calls it once for each argument, all at the same time, and waits for all. Where one fails, the
   * others are cancelled.
   *
   * @param arguments any number
   * @return what each returned, in the order of the arguments
   * @throws RemoteFailure where one threw, or ended without an answer
   */
  public List<R> map(Iterable<? extends A> arguments) {
    List<@Nullable Object[]> each = new ArrayList<>();
    arguments.forEach(argument -> each.add(new Object[] {argument}));
    return remote.map(each);
  }

  /**
   * Calls it right here, as any method: for tests.
   *
   * @param argument what it takes
   * @return what it returned
   * @throws Exception what it threw
   */
  public R local(A argument) throws Exception {
    return target.call(argument);
  }

  /**
   * A call that was made before, also by another process. The server is not asked whether there is
   * one.
   *
   * @param id as {@link RemoteCall#id} told it
   * @return a handle
   */
  public RemoteCall<R> call(String id) {
    return remote.call(id);
  }

  @Override
  public String toString() {
    return "RemoteFunction[" + remote + "]";
  }
}
