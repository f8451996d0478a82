package dev.satchel.sdk;

import dev.satchel.runner.Main;
import dev.satchel.sdk.classpath.ClassPath;
import dev.satchel.sdk.classpath.ServedClass;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A class of which objects live elsewhere. Immutable and thread-safe.
 *
 * @param <T> the class
 */
public final class RemoteClass<T> {
  private final String app;
  private final Supplier<Satchel> satchel;
  private final Code code;
  private final ServedClass served;
  private final Consumer<Submission> needs;

  RemoteClass(
      String app,
      Supplier<Satchel> satchel,
      Code code,
      ServedClass served,
      Consumer<Submission> needs) {
    this.app = app;
    this.satchel = satchel;
    this.code = code;
    this.served = served;
    this.needs = needs;
  }

  /**
   * Starts an object, and waits until it runs, ten minutes at most. It lives until it is closed, or
   * its time is up.
   *
   * @return the object, to be closed
   * @throws RemoteFailure where it could not be made
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   * @throws TimedOut where it does not run by then; it is then ended
   */
  public RemoteObject<T> start() {
    return start(more -> {});
  }

  /**
   * As {@link #start()}, with more than was declared.
   *
   * @param more is given what to fill, which holds what was declared
   * @return the object, to be closed
   */
  public RemoteObject<T> start(Consumer<Submission> more) {
    return start(more, Starting.WITHIN);
  }

  /**
   * As {@link #start(Consumer)}, with another limit.
   *
   * @param more is given what to fill, which holds what was declared
   * @param limit how long to wait until it runs
   * @return the object, to be closed
   */
  public RemoteObject<T> start(Consumer<Submission> more, Duration limit) {
    ClassPath classPath = code.classPath(List.of(served.type(), RemoteClass.class, Main.class));
    Submission submission = new Submission();
    submission.name(Requests.name(app, served.type().getSimpleName()));
    needs.andThen(more).accept(submission);
    Call call =
        submission.java("cls", Requests.java(classPath, served.release(), Requests.serve(served)));
    Transport transport = satchel.get().transport();
    String id =
        Starting.await(
            transport,
            code.submit(transport, call, classPath),
            limit,
            begun -> {
              RemoteCall.throwLeft(transport, begun.id());
              return new RemoteFailure("The object " + begun.id() + " has ended by itself.");
            });
    return new RemoteObject<>(transport, id);
  }

  /**
   * An object that was started before, also by another process. The server is not asked whether
   * there is one.
   *
   * @param id as {@link RemoteObject#id} told it
   * @return a handle
   */
  public RemoteObject<T> object(String id) {
    return new RemoteObject<>(satchel.get().transport(), id);
  }

  @Override
  public String toString() {
    return "RemoteClass[" + app + "." + served.type().getSimpleName() + "]";
  }
}
