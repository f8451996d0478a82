package dev.satchel.sdk;

import dev.satchel.api.WorkloadDetail;
import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Something that serves until it is told to end: a command, an image, or a static method. Where it
 * ends by itself, well or not, it is started anew after a pause, 100 times unless {@code retries}
 * says otherwise. Immutable and thread-safe; asks nothing until it is started.
 */
public final class Service {
  private final String name;
  private final Supplier<Satchel> satchel;
  private final Function<Consumer<Submission>, CompletableFuture<String>> submit;
  private final boolean ofJava;

  /** A static method, by a reference such as {@code Api::serve}. */
  @FunctionalInterface
  public interface Target extends Serializable {
    /**
     * Begins to serve. It may return once threads of its own do.
     *
     * @throws Exception what it throws
     */
    void serve() throws Exception;
  }

  /**
   * @param submit submits it with more, and answers its id
   */
  Service(
      String name,
      Supplier<Satchel> satchel,
      boolean ofJava,
      Function<Consumer<Submission>, CompletableFuture<String>> submit) {
    this.name = name;
    this.satchel = satchel;
    this.ofJava = ofJava;
    this.submit = submit;
  }

  /**
   * Starts it, and waits until it runs, ten minutes at most. Whether it serves already is its own
   * to say.
   *
   * @return the service, which runs on until it is ended
   * @throws RemoteFailure where it ended before it ran
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   * @throws TimedOut where it does not run by then; it is then ended
   */
  public RunningService start() {
    return start(more -> {});
  }

  /**
   * As {@link #start()}, with more than was declared.
   *
   * @param more is given what to fill, which holds what was declared
   * @return the service
   */
  public RunningService start(Consumer<Submission> more) {
    return start(more, Starting.WITHIN);
  }

  /**
   * As {@link #start(Consumer)}, with another limit.
   *
   * @param more is given what to fill, which holds what was declared
   * @param limit how long to wait until it runs
   * @return the service
   */
  public RunningService start(Consumer<Submission> more, Duration limit) {
    Transport transport = satchel.get().transport();
    String id =
        Starting.await(transport, submit.apply(more), limit, begun -> ended(transport, begun));
    return new RunningService(transport, id);
  }

  private RuntimeException ended(Transport transport, WorkloadDetail detail) {
    if (ofJava) {
      RemoteCall.throwLeft(transport, detail.id());
    }
    return new RemoteFailure(
        "The service "
            + name
            + " ("
            + detail.id()
            + ") has "
            + detail.state()
            + " before it ran: "
            + detail.reason()
            + " \"satchel logs "
            + detail.id()
            + "\" shows what it printed.");
  }

  /**
   * A service that was started before, also by another process. The server is not asked whether
   * there is one.
   *
   * @param id as {@link RunningService#id} told it
   * @return a handle
   */
  public RunningService running(String id) {
    return new RunningService(satchel.get().transport(), id);
  }

  @Override
  public String toString() {
    return "Service[" + name + "]";
  }
}
