package dev.satchel.sdk;

import dev.satchel.runner.Main;
import dev.satchel.sdk.classpath.ClassPath;
import dev.satchel.sdk.classpath.MethodReference;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One method that runs elsewhere, whatever its arguments are.
 *
 * @param <R> what it returns
 */
final class Remote<R> {
  /** Ends of calls of one map: a connection each. */
  private static final int AWAITED_MAX = 200;

  private final String app;
  private final Supplier<Satchel> satchel;
  private final Code code;
  private final MethodReference reference;
  private final Consumer<Submission> needs;

  Remote(
      String app,
      Supplier<Satchel> satchel,
      Code code,
      MethodReference reference,
      Consumer<Submission> needs) {
    this.app = app;
    this.satchel = satchel;
    this.code = code;
    this.reference = reference;
    this.needs = needs;
  }

  static String requireName(String name) {
    if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}")) {
      throw new Invalid(
          "An app's name is 1 to 64 letters, digits, \".\", \"_\" or \"-\", and begins with a letter"
              + " or digit.",
          null);
    }
    return name;
  }

  R remote(Consumer<Submission> more, @Nullable Object... arguments) {
    return Remote.<R>accepted(spawn(more, arguments)).getOrCancel();
  }

  CompletableFuture<RemoteCall<R>> spawn(Consumer<Submission> more, @Nullable Object... arguments) {
    return submit("function", more, arguments).thenApply(this::call);
  }

  /** As a service, which is called once and stays. */
  CompletableFuture<String> serve(Consumer<Submission> more) {
    return submit("service", more);
  }

  private CompletableFuture<String> submit(
      String kind, Consumer<Submission> more, @Nullable Object... arguments) {
    try {
      String request = Requests.call(reference, kind.equals("service"), arguments);
      ClassPath classPath =
          code.classPath(List.of(method().getDeclaringClass(), Remote.class, Main.class));
      Submission submission = new Submission();
      submission.name(Requests.name(app, method().getName()));
      needs.andThen(more).accept(submission);
      Call call = submission.java(kind, Requests.java(classPath, reference.release(), request));
      return code.submit(transport(), call, classPath);
    } catch (SatchelException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  RemoteCall<R> call(String id) {
    return new RemoteCall<>(transport(), id, method().getGenericReturnType());
  }

  /** All at the same time. */
  List<R> map(List<@Nullable Object[]> arguments) {
    List<CompletableFuture<RemoteCall<R>>> calls = new ArrayList<>();
    for (Object[] each : arguments) {
      calls.add(spawn(more -> {}, each));
    }
    Gate awaited = new Gate(AWAITED_MAX);
    List<CompletableFuture<R>> results = new ArrayList<>();
    for (CompletableFuture<RemoteCall<R>> call : calls) {
      results.add(awaited.pass(() -> call.thenCompose(RemoteCall::getAsync)));
    }
    try {
      Waiting.on(allOrFirstFailure(results));
      return results.stream().map(CompletableFuture::join).toList();
    } catch (RuntimeException failed) { // Nobody will ask for the others.
      for (int last = results.size() - 1; last >= 0; last--) { // Else the next would be begun.
        results.get(last).cancel(true);
      }
      calls.forEach(Remote::cancelOnceAccepted);
      throw failed;
    }
  }

  /** Ends once all have, or fails with the first that fails. */
  private static CompletableFuture<Boolean> allOrFirstFailure(
      List<? extends CompletableFuture<?>> results) {
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    List<CompletableFuture<?>> ends = new ArrayList<>(results);
    ends.add(CompletableFuture.allOf(results.toArray(new CompletableFuture<?>[0])));
    for (CompletableFuture<?> each : ends) {
      boolean last = each == ends.get(ends.size() - 1);
      Transport.atEnd(
          each,
          (value, failure) -> {
            if (failure != null) {
              end.completeExceptionally(Transport.unwrapped(failure));
            } else if (last) {
              end.complete(true);
            }
          });
    }
    return end;
  }

  /** A call that nobody waits for any more is not left running. */
  private static <R> RemoteCall<R> accepted(CompletableFuture<RemoteCall<R>> spawned) {
    try {
      return Waiting.on(spawned.copy()); // To give up waiting cancels the copy alone.
    } catch (RuntimeException broken) {
      cancelOnceAccepted(spawned);
      throw broken;
    }
  }

  private static void cancelOnceAccepted(CompletableFuture<? extends RemoteCall<?>> spawned) {
    Transport.atEnd(
        spawned,
        (call, failure) -> {
          if (call != null) {
            call.cancelQuietly();
          }
        });
  }

  private Method method() {
    return reference.method();
  }

  private Transport transport() {
    return satchel.get().transport();
  }

  @Override
  public String toString() {
    return app + "." + method().getName();
  }
}
