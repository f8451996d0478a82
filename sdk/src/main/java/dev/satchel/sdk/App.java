package dev.satchel.sdk;

import dev.satchel.sdk.classpath.MethodReference;
import dev.satchel.sdk.classpath.ServedClass;
import dev.satchel.sdk.classpath.Undeclarable;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A Java program whose methods run elsewhere. A method is named by a reference such as {@code
 * Nightly::train}, with what it needs; calling it sends the program's class path, of which the
 * server is sent only what it has not, and the arguments as JSON. It then runs in a JVM of its own,
 * as any other workload does.
 *
 * <p>Arguments and results are records, numbers, texts, enums, {@code byte[]}, times, lists, maps,
 * {@code Optional}, arrays and sealed interfaces of records. What cannot run elsewhere is refused
 * where it is declared, before anything is sent.
 *
 * <p>Immutable and thread-safe. One for a program is enough: it looks at the class path once, when
 * a method is first called.
 */
public final class App {
  private final String name;
  private final Supplier<Satchel> satchel;
  private final Code code;

  App(String name, Supplier<Satchel> satchel, Code code) {
    this.name = Remote.requireName(name);
    this.satchel = satchel;
    this.code = code;
  }

  /**
   * An app of the server that this process's environment names: see {@link
   * Satchel#fromEnvironment}, which is asked when a method is first called.
   *
   * @param name for people: calls bear it, with the method's
   * @return an app; nothing was asked of the server yet
   */
  public static App named(String name) {
    return new App(name, FromEnvironment::get, new Code());
  }

  /** One client for all, made when it is first needed, as classes are. */
  private static final class FromEnvironment {
    private static final Satchel CLIENT = Satchel.fromEnvironment();

    static Satchel get() {
      return CLIENT;
    }
  }

  /**
   * The same with another class path than this JVM's.
   *
   * @param entries jars and directories, the SDK's among them
   * @return an app that sends those
   */
  public App classPath(List<Path> entries) {
    return new App(name, satchel, new Code(List.copyOf(entries)));
  }

  /**
   * A static method of no argument.
   *
   * @param method such as {@code Nightly::run}
   * @param <R> what it returns
   * @return the function
   */
  public <R> RemoteSupplier<R> function(RemoteSupplier.Target<R> method) {
    return function(method, needs -> {});
  }

  /**
   * A static method of no argument, and what it needs.
   *
   * @param method such as {@code Nightly::run}
   * @param needs is given what to fill, at each call: secrets, volumes, buckets, env, image, gpu,
   *     timeout, retries
   * @param <R> what it returns
   * @return the function
   */
  public <R> RemoteSupplier<R> function(
      RemoteSupplier.Target<R> method, Consumer<Submission> needs) {
    return new RemoteSupplier<>(method, remote(method, needs));
  }

  /**
   * A static method of one argument.
   *
   * @param method such as {@code Nightly::train}
   * @param <A> its argument
   * @param <R> what it returns
   * @return the function
   */
  public <A, R> RemoteFunction<A, R> function(RemoteFunction.Target<A, R> method) {
    return function(method, needs -> {});
  }

  /**
   * A static method of one argument, and what it needs.
   *
   * @param method such as {@code Nightly::train}
   * @param needs is given what to fill, at each call: secrets, volumes, buckets, env, image, gpu,
   *     timeout, retries
   * @param <A> its argument
   * @param <R> what it returns
   * @return the function
   */
  public <A, R> RemoteFunction<A, R> function(
      RemoteFunction.Target<A, R> method, Consumer<Submission> needs) {
    return new RemoteFunction<>(method, remote(method, needs));
  }

  /**
   * A static method of two arguments.
   *
   * @param method such as {@code Nightly::compare}
   * @param <A> its first argument
   * @param <B> its second
   * @param <R> what it returns
   * @return the function
   */
  public <A, B, R> RemoteBiFunction<A, B, R> function(RemoteBiFunction.Target<A, B, R> method) {
    return function(method, needs -> {});
  }

  /**
   * A static method of two arguments, and what it needs. Of more than two, a record is better.
   *
   * @param method such as {@code Nightly::compare}
   * @param needs is given what to fill, at each call: secrets, volumes, buckets, env, image, gpu,
   *     timeout, retries
   * @param <A> its first argument
   * @param <B> its second
   * @param <R> what it returns
   * @return the function
   */
  public <A, B, R> RemoteBiFunction<A, B, R> function(
      RemoteBiFunction.Target<A, B, R> method, Consumer<Submission> needs) {
    return new RemoteBiFunction<>(method, remote(method, needs));
  }

  /**
   * A class of which an object lives elsewhere, and is called there.
   *
   * @param type that can be made without arguments
   * @param <T> the class
   * @return what starts it
   */
  public <T> RemoteClass<T> cls(Class<T> type) {
    return cls(type, needs -> {});
  }

  /**
   * A class of which an object lives elsewhere, and is called there, and what it needs.
   *
   * @param type that can be made without arguments; methods that are annotated with {@link Enter}
   *     prepare it, and where it is {@link AutoCloseable} it is closed at its end
   * @param needs is given what to fill, at each start: secrets, volumes, buckets, env, image, gpu,
   *     timeout, retries
   * @param <T> the class
   * @return what starts it
   */
  public <T> RemoteClass<T> cls(Class<T> type, Consumer<Submission> needs) {
    try {
      return new RemoteClass<>(name, satchel, code, ServedClass.of(type, Enter.class), needs);
    } catch (Undeclarable undeclarable) {
      throw new Invalid(String.valueOf(undeclarable.getMessage()), undeclarable);
    }
  }

  /**
   * A command or an image that serves until it is told to end.
   *
   * @param called its name within the app, for people: letters, digits, {@code . _ -}
   * @param needs is given what to fill, at each start: image, command, ports, secrets, volumes,
   *     buckets, env, gpu, timeout, retries
   * @return what starts it
   */
  public Service service(String called, Consumer<Submission> needs) {
    String named = Requests.name(name, called);
    return new Service(
        named,
        satchel,
        false,
        more -> {
          Satchel client = satchel.get();
          return client
              .submitAsync(
                  job -> {
                    job.name(named);
                    needs.andThen(more).accept(job);
                    job.kind("service");
                  })
              .thenApply(Workload::id);
        });
  }

  /**
   * A static method that serves until it is told to end.
   *
   * @param method of no argument, such as {@code Api::serve}; it may return once threads of its own
   *     serve
   * @return what starts it
   */
  public Service service(Service.Target method) {
    return service(method, needs -> {});
  }

  /**
   * A static method that serves until it is told to end, and what it needs. Without an image it has
   * the network of the server's machine.
   *
   * @param method of no argument, such as {@code Api::serve}; it may return once threads of its own
   *     serve
   * @param needs is given what to fill, at each start: image, ports, secrets, volumes, buckets,
   *     env, gpu, timeout, retries
   * @return what starts it
   */
  public Service service(Service.Target method, Consumer<Submission> needs) {
    Remote<Object> remote = remote(method, needs);
    return new Service(remote.toString(), satchel, true, remote::serve);
  }

  /**
   * Starts a sandbox, and waits until it runs, ten minutes at most.
   *
   * @param needs is given what to fill: image, secrets, volumes, buckets, env, gpu, timeout,
   *     retries; a command where it is not to wait by {@code /bin/sh}
   * @return the sandbox, to be closed
   * @throws RemoteFailure where it ended before it ran
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   * @throws TimedOut where it does not run by then; it is then ended
   */
  public Sandbox sandbox(Consumer<Submission> needs) {
    return sandbox(needs, Starting.WITHIN);
  }

  /**
   * As {@link #sandbox(Consumer)}, with another limit.
   *
   * @param needs is given what to fill
   * @param limit how long to wait until it runs
   * @return the sandbox, to be closed
   */
  public Sandbox sandbox(Consumer<Submission> needs, Duration limit) {
    Satchel client = satchel.get();
    CompletableFuture<Workload> submitted =
        client.submitAsync(
            job -> {
              job.name(Requests.name(name, "sandbox"));
              needs.accept(job);
              job.kind("sandbox");
            });
    String id =
        Starting.await(
            client.transport(),
            submitted.thenApply(Workload::id),
            limit,
            begun ->
                new RemoteFailure(
                    "The sandbox "
                        + begun.id()
                        + " has "
                        + begun.state()
                        + " before it ran: "
                        + begun.reason()));
    return new Sandbox(client.transport(), id);
  }

  /**
   * A sandbox that was started before, also by another process. The server is not asked whether
   * there is one.
   *
   * @param id as {@link Sandbox#id} told it
   * @return a handle
   */
  public Sandbox sandbox(String id) {
    return new Sandbox(satchel.get().transport(), id);
  }

  private <R> Remote<R> remote(Serializable method, Consumer<Submission> needs) {
    try {
      return new Remote<>(name, satchel, code, MethodReference.of(method), needs);
    } catch (Undeclarable undeclarable) {
      throw new Invalid(String.valueOf(undeclarable.getMessage()), undeclarable);
    }
  }

  @Override
  public String toString() {
    return "App[" + name + "]";
  }
}
