package dev.satchel.sdk;

import java.io.Serializable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A static method of no argument that runs elsewhere. Immutable and thread-safe.
 *
 * @param <R> what it returns
 */
public final class RemoteSupplier<R> {
  private final Target<R> target;
  private final Remote<R> remote;

  RemoteSupplier(Target<R> target, Remote<R> remote) {
    this.target = target;
    this.remote = remote;
  }

  /**
   * A static method, by a reference such as {@code Nightly::train}.
   *
   * @param <R> what it returns
   */
  @FunctionalInterface
  public interface Target<R> extends Serializable {
    /**
     * Calls it.
     *
     * @return what it returns
     * @throws Exception what it throws
     */
    R call() throws Exception;
  }

  /**
   * Calls it elsewhere, and waits. Where the thread is interrupted meanwhile, it is cancelled
   * there.
   *
   * @return what it returned
   * @throws RemoteFailure where it threw, or ended without an answer
   * @throws TimedOut where it took longer than it may
   * @throws Invalid where the server refuses what it needs, or an argument cannot be sent
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   */
  public R remote() {
    return remote.remote(more -> {});
  }

  /**
   * Calls it elsewhere, and does not wait.
   *
   * @return the call, which was accepted
   * @throws Invalid where the server refuses what it needs, or an argument cannot be sent
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   */
  public RemoteCall<R> spawn() {
    return Waiting.on(spawnAsync());
  }

  /**
   * As {@link #spawn}.
   *
   * @return what spawn would answer or throw
   */
  public CompletableFuture<RemoteCall<R>> spawnAsync() {
    return remote.spawn(more -> {});
  }

  /**
   * Calls it elsewhere with more than was declared, and does not wait: bundles come after the
   * declared ones, and win over them; all else takes the place of what was declared.
   *
   * @param more is given what to fill, which holds what was declared
   * @return the call, which was accepted
   */
  public RemoteCall<R> submit(Consumer<Submission> more) {
    return Waiting.on(remote.spawn(more));
  }

  /**
   * Calls it right here, as any method: for tests.
   *
   * @return what it returned
   * @throws Exception what it threw
   */
  public R local() throws Exception {
    return target.call();
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
    return "RemoteSupplier[" + remote + "]";
  }
}
