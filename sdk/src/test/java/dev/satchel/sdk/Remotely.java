package dev.satchel.sdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Methods that the tests run elsewhere. */
final class Remotely {
  record Job(String id, List<Integer> sizes) {}

  record Report(String id, int sum, Map<String, Double> losses) {}

  /** Where a volume is mounted. */
  static final String KEPT = "/satchel-kept";

  private Remotely() {}

  static Report train(Job job) {
    System.out.println("training " + job.id());
    System.err.println("with " + System.getenv("HF_TOKEN"));
    int sum = job.sizes().stream().mapToInt(each -> each).sum();
    return new Report(job.id(), sum, Map.of("end", sum / 10.0));
  }

  static String variable(String name) {
    return String.valueOf(System.getenv(name));
  }

  static String secretFile(String name) throws IOException {
    return Files.readString(Path.of(name));
  }

  static int add(int first, int second) {
    return Math.addExact(first, second);
  }

  static String where() {
    return ZoneId.systemDefault() + " " + Runtime.version().feature();
  }

  /** What it says goes into the log, too. */
  static String said(String text) {
    System.out.println(text);
    System.err.println(text);
    return text;
  }

  static String twice(String text) {
    return text + text;
  }

  static long twice(int number) {
    return 2L * number;
  }

  static List<Integer> twice(List<Integer> numbers) {
    return numbers.stream().map(number -> 2 * number).toList();
  }

  /** Its class is of no use. */
  static final class Spoilt {
    static final int NUMBER = number();

    private Spoilt() {}

    private static int number() {
      throw new IllegalStateException("no model here");
    }

    static int number(int plus) {
      return NUMBER + plus;
    }
  }

  /** Writes what it is given to the volume at {@link #KEPT}, behind what is there. */
  static String keep(String text) throws IOException {
    Path file = Path.of(KEPT, "file");
    String before = Files.exists(file) ? Files.readString(file) : "";
    return Files.readString(Files.writeString(file, before + text));
  }

  static List<String> fail(String why) throws IOException {
    try {
      throw new IllegalArgumentException("beneath " + why);
    } catch (IllegalArgumentException e) {
      throw new IOException(why, e);
    }
  }

  static String sleep(int seconds) throws InterruptedException {
    System.out.println("asleep");
    TimeUnit.SECONDS.sleep(seconds);
    return "slept";
  }

  static String sleepUnlessNegative(int seconds) throws InterruptedException {
    if (seconds < 0) {
      throw new IllegalArgumentException("negative");
    }
    return sleep(seconds);
  }

  static String sleepWith(String argument, int seconds) throws InterruptedException {
    return sleep(seconds) + argument;
  }

  static int square(int number) {
    return number * number;
  }

  /** Tries to change its own code. */
  static String vandalize(String with) {
    Path jar = Path.of(System.getProperty("java.class.path").split(":", 2)[0]);
    try {
      Files.writeString(jar, with);
      return "changed " + jar;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  static String exit(int code) {
    System.exit(code);
    return "never";
  }

  /** Fails until it was called often enough, as its directory outside of it tells. */
  static int attempts(String directory) throws IOException {
    Path counter = Path.of(directory, "attempts");
    int before = Files.exists(counter) ? Integer.parseInt(Files.readString(counter)) : 0;
    Files.writeString(counter, String.valueOf(before + 1));
    if (before == 0) {
      throw new IllegalStateException("the first time");
    }
    return before + 1;
  }
}
