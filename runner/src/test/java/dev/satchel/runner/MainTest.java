package dev.satchel.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner in a JVM of its own, as it is started. */
final class MainTest {
  record Job(String id, List<Integer> sizes) {}

  record Report(String id, int sum) {}

  static Report add(Job job) {
    System.out.println("adding " + job.sizes().size());
    return new Report(job.id(), job.sizes().stream().mapToInt(each -> each).sum());
  }

  static void fail(String why) {
    throw new IllegalStateException(why, new IOException("beneath"));
  }

  static String big(int size) {
    return "x".repeat(size);
  }

  static void leave() {
    new Thread(() -> pause()).start(); // Not a daemon: the JVM would wait for it.
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @TempDir Path directory;

  @Test
  void aMethodIsCalledAndAnswersAndItsOutputIsItsOwn() throws Exception {
    Ended ended =
        call("add", "(L%s$Job;)L%s$Report;", List.of(Map.of("id", "a", "sizes", List.of(1, 2))));
    assertThat(ended.code()).isZero();
    assertThat(ended.printed()).isEqualTo("adding 2\n");
    assertThat(ended.answer().value()).isEqualTo(Map.of("value", Map.of("id", "a", "sum", 3L)));
  }

  @Test
  void whatItThrowsIsAnsweredWithItsFramesAndCause() throws Exception {
    Ended ended = call("fail", "(Ljava/lang/String;)V", List.of("no room"));
    assertThat(ended.code()).isOne();
    Node failure = ended.answer().at("failure");
    assertThat(failure.text("class")).isEqualTo("java.lang.IllegalStateException");
    assertThat(failure.text("message")).isEqualTo("no room");
    assertThat(failure.at("frames").items()).hasSize(1); // Neither ours nor reflection's.
    assertThat(failure.at("frames").items().get(0).text("method")).isEqualTo("fail");
    assertThat(failure.at("cause").text("class")).isEqualTo("java.io.IOException");
  }

  @Test
  void whatIsTooLargeIsRefusedByName() throws Exception {
    Ended ended = call("big", "(I)Ljava/lang/String;", List.of(9 << 20));
    assertThat(ended.answer().at("failure").text("message"))
        .contains("an answer has at most 8388608")
        .contains("volume");
  }

  @Test
  void aThreadThatIsLeftKeepsNobodyWaiting() throws Exception {
    assertThat(call("leave", "()V", List.of()).code()).isZero();
  }

  @Test
  void whatIsNotThereIsNamed() throws Exception {
    Ended ended = call("gone", "()V", List.of());
    assertThat(ended.answer().at("failure").text("message")).contains("has no method gone()V");
  }

  @Test
  void codeThatIsNewerThanTheJvmIsRefusedByBothNumbers() throws Exception {
    Path classes = directory.resolve("classes");
    Path file = classes.resolve("newer/Newer.class");
    Files.createDirectories(file.getParent());
    byte[] bytes = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, (byte) 200, 0, 1};
    Files.write(file, bytes);
    Ended ended = call("newer.Newer", "run", "()V", List.of(), classes);
    assertThat(ended.code()).isOne();
    assertThat(ended.answer().at("failure").text("message"))
        .contains("This JVM is Java " + Runtime.version().feature() + ", too old for the code")
        .contains("class file version 200.0")
        .contains("Choose an image with a newer Java");
  }

  private record Ended(int code, String printed, Node answer) {}

  private Ended call(String method, String descriptor, List<?> arguments) throws Exception {
    return call(MainTest.class.getName(), method, descriptor, arguments, directory);
  }

  private Ended call(String own, String method, String descriptor, List<?> arguments, Path classes)
      throws Exception {
    Path input = directory.resolve("input");
    Map<String, @Nullable Object> call =
        Map.of(
            "class", own,
            "method", method,
            "descriptor", descriptor.replace("%s", own.replace('.', '/')),
            "arguments", arguments);
    Files.writeString(input, Json.write(call));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes
                    + ":"
                    + System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                "-D" + Main.DIRECTORY + "=" + directory,
                Main.class.getName())
            .redirectInput(input.toFile())
            .redirectError(directory.resolve("errors").toFile())
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Node answer = Json.read(Files.readString(directory.resolve("answer")));
    return new Ended(process.exitValue(), printed, answer);
  }
}
