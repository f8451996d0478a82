package dev.satchel.sdk;

import java.io.Serializable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A static method of two arguments that runs elsewhere. Immutable and thread-safe.
 *
 * @param <A> its first argument
 * @param <B> its second
 * @param <R> what it returns
 */
public final class RemoteBiFunction<A, B, R> {
  private final Target<A, B, R> target;
  private final Remote<R> remote;

  RemoteBiFunction(Target<A, B, R> target, Remote<R> remote) {
    this.target = target;
    this.remote = remote;
  }

  /**
   * A static method, by a reference such as {@code Nightly::train}.
   *
   * @param <A> its first argument
   * @param <B> its second
   * @param <R> what it returns
   */
  @FunctionalInterface
  public interface Target<A, B, R> extends Serializable {
    /**
     * Calls it.
     *
     * @param first what it takes first
     * @param second what it takes second
     * @return what it returns
     * @throws Exception what it throws
     */
    R call(A first, B second) throws Exception;
  }

  /**
   * Calls it elsewhere, and waits. Where the thread is interrupted meanwhile, it is cancelled
   * there.
   *
   * @param first what it takes first
   * @param second what it takes second
   * @return what it returned
   * @throws RemoteFailure where it threw, or ended without an answer
   * @throws TimedOut where it took longer than it may
   * @throws Invalid where the server refuses what it needs, or an argument cannot be sent
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   */
  public R remote(A first, B second) {
    return remote.remote(more -> {}, first, second);
  }

  /**
   * Calls it elsewhere, and does not wait.
   *
   * @param first what it takes first
   * @param second what it takes second
   * @return the call, which was accepted
   * @throws Invalid where the server refuses what it needs, or an argument cannot be sent
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   */
  public RemoteCall<R> spawn(A first, B second) {
    return Waiting.on(spawnAsync(first, second));
  }

  /**
   * As {@link #spawn}.
   *
   * @param first what it takes first
   * @param second what it takes second
   * @return what spawn would answer or throw
   */
  public CompletableFuture<RemoteCall<R>> spawnAsync(A first, B second) {
    return remote.spawn(more -> {}, first, second);
  }

  /**
   * Calls it elsewhere with more than was declared, and does not wait: bundles come after the
   * declared ones, and win over them; all else takes the place of what was declared.
   *
   * @param first what it takes first
   * @param second what it takes second
   * @param more is given what to fill, which holds what was declared
   * @return the call, which was accepted
   */
  public RemoteCall<R> submit(A first, B second, Consumer<Submission> more) {
    return Waiting.on(remote.spawn(more, first, second));
  }

  /**
   * Calls it right here, as any method: for tests.
   *
   * @param first what it takes first
   * @param second what it takes second
   * @return what it returned
   * @throws Exception what it threw
   */
  public R local(A first, B second) throws Exception {
    return target.call(first, second);
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
    return "RemoteBiFunction[" + remote + "]";
  }
}
