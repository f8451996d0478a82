package dev.satchel.runner;

import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The main class of a JVM that runs one call. It reads the call from its standard input, where no
 * process list shows it: {@code {"class", "method", "descriptor", "arguments": […]}}. It leaves the
 * answer as the file {@code answer} in the directory that the property {@code satchel.call} names,
 * and ends with 0 where the method returned, else with 1. What the method prints is nobody's but
 * the job's log. With {@code {"class", "enter": […], "served": true}} it makes an object instead,
 * and serves calls of its methods until it is told to end. With {@code "lasting": true} it goes on
 * after the method has returned, for as long as threads of the method's do.
 */
public final class Main {
  /** The property that names the directory of the call. */
  public static final String DIRECTORY = "satchel.call";

  private static final int INPUT_MAX_BYTES = 64 << 20;

  private Main() {}

  /**
   * Runs the call.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    String directory = System.getProperty(DIRECTORY);
    if (directory == null) {
      System.err.println("This is started by Satchel, with -D" + DIRECTORY + "=DIRECTORY.");
      System.exit(2);
      return;
    }
    System.setProperty("satchel.attempt", "true"); // So that the SDK makes nothing anew here.
    Ended ended = run(Path.of(directory).toAbsolutePath());
    System.out.flush();
    if (!ended.returned() || (!ended.lasting() && othersRun())) { // Whatever threads it left.
      System.exit(ended.returned() ? 0 : 1);
    }
  }

  /**
   * How the call ended.
   *
   * @param lasting whether the threads that it left are what it was called for
   */
  private record Ended(boolean returned, boolean lasting) {}

  /** Whether anything else keeps the JVM alive. Where nothing does, returning is quicker. */
  private static boolean othersRun() {
    ThreadGroup top = Thread.currentThread().getThreadGroup();
    while (top.getParent() != null) {
      top = top.getParent();
    }
    Thread[] threads = new Thread[top.activeCount() + 16];
    int count = top.enumerate(threads, true);
    for (int i = 0; i < count; i++) {
      if (threads[i] != Thread.currentThread() && !threads[i].isDaemon()) {
        return true;
      }
    }
    return count == threads.length;
  }

  private static Ended run(Path directory) {
    Map<String, @Nullable Object> answer;
    boolean lasting = false;
    try {
      Node call = read(System.in);
      System.setIn(new ByteArrayInputStream(new byte[0])); // It was never the method's.
      if (call.flag("served")) {
        Served.serve(directory, call);
      }
      lasting = call.flag("lasting");
      answer = Answers.returned(call(call));
    } catch (Throwable thrown) { // An error of the method's is its answer too.
      thrown.printStackTrace();
      answer = Answers.threw(thrown);
    }
    try {
      Answers.write(directory.resolve("answer"), answer);
    } catch (IOException e) {
      throw new UncheckedIOException("the answer cannot be written", e);
    }
    return new Ended(answer.containsKey("value"), lasting);
  }

  static Node read(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(INPUT_MAX_BYTES + 1);
    if (bytes.length > INPUT_MAX_BYTES) {
      throw new UncarriedException("A call has at most " + INPUT_MAX_BYTES + " bytes.");
    }
    return Json.read(new String(bytes, StandardCharsets.UTF_8));
  }

  private static @Nullable Object call(Node call) throws Throwable {
    return Target.of(call.text("class"), call.text("method"), call.text("descriptor"))
        .call(null, call.at("arguments").items());
  }
}
