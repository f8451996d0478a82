package dev.satchel.runner;

import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One object of a class, whose methods are called as often as wanted while it lives: each call is a
 * file that is moved into {@code calls}, each answer one that is moved into {@code answers}. One
 * call after the other: the class need not expect two at once. Files outlive whoever wrote them,
 * and nobody but this job and the server sees the directory.
 */
final class Served {
  /** How late a call is found at most where changes of the directory are not told. */
  private static final long LOOK_AGAIN_MS = 200;

  private final Path calls;
  private final Path answers;
  private final Cancels cancels;
  private final Object object;
  private final ReentrantLock busy = new ReentrantLock();
  private final LastAnswers last = new LastAnswers();

  private Served(Path directory, Object object) {
    this.calls = directory.resolve("calls");
    this.answers = directory.resolve("answers");
    this.cancels = new Cancels(directory, last::add);
    this.object = object;
  }

  /**
   * Makes the object, prepares it, and serves its calls until the JVM is told to end.
   *
   * @throws Throwable what the class threw before it could serve
   */
  static void serve(Path directory, Node call) throws Throwable {
    Class<?> type = Target.classNamed(call.text("class"));
    Object object;
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      object = constructor.newInstance();
      for (String enter : call.at("enter").texts()) {
        Method method = type.getDeclaredMethod(enter);
        method.setAccessible(true);
        method.invoke(object);
      }
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause() == null ? thrown : thrown.getCause();
    }
    Served served = new Served(directory, object);
    Runtime.getRuntime().addShutdownHook(new Thread(served::close, "satchel-close"));
    served.cancels.watch();
    served.loop();
  }

  private void loop() throws IOException, InterruptedException {
    try (WatchService changes = FileSystems.getDefault().newWatchService()) {
      calls.register(changes, StandardWatchEventKinds.ENTRY_CREATE);
      while (true) {
        for (Path call : waiting()) {
          answer(call);
        }
        var key = changes.poll(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
      }
    }
  }

  /** Those that are whole, in the order in which they came. */
  private List<Path> waiting() throws IOException {
    record Call(Path file, long at) {}

    List<Call> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(calls)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        if (!each.toString().endsWith(".new")) {
          found.add(new Call(each, Files.getLastModifiedTime(each).to(TimeUnit.NANOSECONDS)));
        }
      }
    } catch (NoSuchFileException withdrawn) {
      return List.of(); // Looked at again at once: its going is a change of nothing else.
    }
    found.sort((one, other) -> Long.compare(one.at(), other.at()));
    return found.stream().map(Call::file).toList();
  }

  private void answer(Path file) throws IOException {
    busy.lock();
    try {
      if (!cancels.begin(file)) {
        return; // It was withdrawn, and has its answer.
      }
      Optional<String> call = read(file);
      if (call.isEmpty()) {
        boolean unused = cancels.end();
        return;
      }
      Map<String, @Nullable Object> answer = answer(call.get());
      Path to = answers.resolve(file.getFileName());
      Answers.write(to, answer);
      Files.deleteIfExists(file);
      last.add(to);
    } finally {
      busy.unlock();
    }
  }

  /** Empty where it was withdrawn just now. */
  private static Optional<String> read(Path call) throws IOException {
    try {
      return Optional.of(new String(Files.readAllBytes(call), StandardCharsets.UTF_8));
    } catch (NoSuchFileException withdrawn) {
      return Optional.empty();
    }
  }

  private Map<String, @Nullable Object> answer(String call) {
    try {
      Map<String, @Nullable Object> answer = Answers.returned(called(Json.read(call)));
      boolean ignored = cancels.end(); // It has an answer all the same.
      return answer;
    } catch (Throwable thrown) { // An error of the method's is its answer too.
      boolean cancelled = cancels.end();
      thrown.printStackTrace();
      return cancelled ? Answers.cancelled() : Answers.threw(thrown);
    }
  }

  private @Nullable Object called(Node call) throws Throwable {
    return Target.of(call.text("class"), call.text("method"), call.text("descriptor"))
        .call(object, call.at("arguments").items());
  }

  /** Lets the call that runs come to its end, where the time allows, then frees the object. */
  private void close() {
    try {
      if (object instanceof AutoCloseable closeable && busy.tryLock(3, TimeUnit.SECONDS)) {
        closeable.close();
      }
    } catch (Exception e) { // Printed with the job's log, by the thread that dies of it.
      throw new IllegalStateException("it could not be closed", e);
    } finally {
      System.out.flush();
    }
  }
}
