package dev.satchel.sdk;

import dev.satchel.runner.Carrier;
import dev.satchel.runner.Main;
import dev.satchel.runner.UncarriedException;
import dev.satchel.sdk.classpath.ClassPath;
import dev.satchel.sdk.classpath.MethodReference;
import dev.satchel.sdk.json.Json;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final int SUBMITS_MAX = 4;

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
    return Waiting.on(spawn(more, arguments)).getOrCancel();
  }

  CompletableFuture<RemoteCall<R>> spawn(Consumer<Submission> more, @Nullable Object... arguments) {
    try {
      String request = request(arguments);
      ClassPath classPath =
          code.classPath(List.of(method().getDeclaringClass(), Remote.class, Main.class));
      Submission submission = new Submission();
      submission.name(app + "." + method().getName().replaceAll("[^a-zA-Z0-9._-]", "-"));
      needs.andThen(more).accept(submission);
      return submit(submission.function(java(classPath, request)), classPath, 1);
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
    List<R> results = new ArrayList<>();
    try {
      for (CompletableFuture<RemoteCall<R>> call : calls) {
        results.add(Waiting.on(call).get());
      }
      return results;
    } finally {
      if (results.size() < calls.size()) { // One failed: nobody will ask for the others.
        calls.forEach(Remote::cancelOnceAccepted);
      }
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

  private String request(@Nullable Object[] arguments) {
    Type[] types = method().getGenericParameterTypes();
    List<@Nullable Object> encoded = new ArrayList<>();
    try {
      for (int i = 0; i < types.length; i++) {
        encoded.add(Carrier.encoded(arguments[i], types[i], "argument " + (i + 1)));
      }
    } catch (UncarriedException uncarried) {
      throw new Invalid(String.valueOf(uncarried.getMessage()), uncarried);
    }
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("class", method().getDeclaringClass().getName());
    request.put("method", method().getName());
    request.put("descriptor", reference.descriptor());
    request.put("arguments", encoded);
    return Json.write(request);
  }

  private Map<String, Object> java(ClassPath classPath, String request) {
    Map<String, Object> java = new LinkedHashMap<>();
    java.put("class_path", classPath.digests());
    java.put("main", Main.class.getName());
    java.put("release", reference.release());
    java.put("request", request);
    return java;
  }

  /** Nothing is sent ahead: the server says what it lacks, which mostly is nothing. */
  private CompletableFuture<RemoteCall<R>> submit(Call call, ClassPath classPath, int times) {
    Transport transport = transport();
    return transport
        .submits()
        .pass(() -> transport.send(call, answer -> Workload.accepted(transport, answer).id()))
        .thenApply(this::call)
        .exceptionallyCompose(
            failure -> {
              if (times < SUBMITS_MAX
                  && Transport.unwrapped(failure) instanceof NotFound missing
                  && missing.code().equals("CODE_NOT_FOUND")) {
                List<String> digests = missing.digests();
                if (times > 1) {
                  code.forget(digests);
                }
                return code.send(transport, classPath, digests)
                    .thenCompose(done -> submit(call, classPath, times + 1));
              }
              return CompletableFuture.failedFuture(failure);
            });
  }

  @Override
  public String toString() {
    return app + "." + method().getName();
  }
}
