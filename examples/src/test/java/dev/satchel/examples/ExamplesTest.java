package dev.satchel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs each example in a process of its own, with nothing on its class path but the SDK and the
 * wire contract, against a real server.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class ExamplesTest {
  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  private Path data;
  private Process server;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    data = directory.resolve("data");
    Path log = directory.resolve("server.log");
    server =
        new ProcessBuilder(
                java(Path.of(System.getProperty("java.home"))),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                CLASS_PATH,
                "dev.satchel.server.Main",
                "--port",
                "0",
                "--data",
                data.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    long begun = System.nanoTime();
    while (!Files.readString(log).contains("ready http://")) {
      assertThat(server.isAlive()).as(Files.readString(log)).isTrue();
      assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(60));
      Thread.onSpinWait();
    }
  }

  @AfterAll
  void stop() throws InterruptedException {
    server.destroy();
    assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  private static String java(Path home) {
    return home.resolve("bin/java").toString();
  }

  /** What a caller would have: no server, no library. Annotations may be absent at run time. */
  private static String classPathOfACaller() {
    String path =
        Stream.of(CLASS_PATH.split(File.pathSeparator))
            .filter(
                part ->
                    part.matches(
                        ".*(/examples|/sdk|/api)/target/classes/?|.*satchel-(sdk|api)[^/]*\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(path.split(File.pathSeparator)).hasSize(3);
    return path;
  }

  private String run(Path home, Class<?> example) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(java(home), "-cp", classPathOfACaller(), example.getName());
    builder.environment().clear();
    builder.environment().put("SATCHEL_DATA", data.toString());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private void runAll(Path home) throws Exception {
    assertThat(run(home, Train.class))
        .isEqualTo("training with *** at rate 0.01\ncompleted, exit code 0\n");
    assertThat(run(home, Rotate.class))
        .isEqualTo(
            """
            with the old key: 1 job
            after the resubmission: 0 jobs
            not deleted: 1 job uses it
            the job is terminated
            deleted
            """);
    assertThat(run(home, Sweep.class))
        .isEqualTo(
            """
            0.1: errored
            0.01: completed
            0.001: completed
            refused at once: there is no secret example-missing
            """);
  }

  @Test
  void eachExampleDoesWhatItSaysOnThisJava() throws Exception {
    runAll(Path.of(System.getProperty("java.home")));
  }

  @Test
  void eachExampleDoesWhatItSaysOnTheOldestJavaThatTheSdkIsFor() throws Exception {
    List<Path> homes = homesOfJava17();
    assumeTrue(!homes.isEmpty(), "no JDK 17 below /usr/lib/jvm");
    runAll(homes.get(0));
  }

  private static List<Path> homesOfJava17() throws IOException {
    Path all = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> homes = Files.list(all)) {
      return homes
          .filter(home -> Files.isExecutable(home.resolve("bin/java")))
          .filter(ExamplesTest::isJava17)
          .toList();
    }
  }

  private static boolean isJava17(Path home) {
    try {
      return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17.");
    } catch (IOException none) {
      return false;
    }
  }
}
