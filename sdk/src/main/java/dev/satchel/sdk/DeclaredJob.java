package dev.satchel.sdk;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A job that is declared once and submitted as often as one likes, each time with what that one
 * needs besides. Asks nothing of the server until it is submitted. Immutable and thread-safe, where
 * what it was declared by is.
 */
public final class DeclaredJob {
  private final Satchel satchel;
  private final Consumer<Submission> declaration;

  DeclaredJob(Satchel satchel, Consumer<Submission> declaration) {
    this.satchel = satchel;
    this.declaration = declaration;
  }

  /**
   * Submits it as it was declared.
   *
   * @return the job, which was accepted and has not begun yet
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   * @throws Invalid where the server refuses what it is made of
   * @throws Unsupported where this server cannot run it
   */
  public Workload submit() {
    return submit(more -> {});
  }

  /**
   * Submits it with more: bundles come after the declared ones, and win over them; all else takes
   * the place of what was declared.
   *
   * @param more is given what to fill, which holds what was declared
   * @return as {@link #submit()}
   */
  public Workload submit(Consumer<Submission> more) {
    return Waiting.on(submitAsync(more));
  }

  /**
   * As {@link #submit()}.
   *
   * @return what submit would answer or throw
   */
  public CompletableFuture<Workload> submitAsync() {
    return submitAsync(more -> {});
  }

  /**
   * As {@link #submit(Consumer)}.
   *
   * @param more is given what to fill, before this returns
   * @return what submit would answer or throw
   */
  public CompletableFuture<Workload> submitAsync(Consumer<Submission> more) {
    return satchel.submitAsync(declaration.andThen(more));
  }
}
