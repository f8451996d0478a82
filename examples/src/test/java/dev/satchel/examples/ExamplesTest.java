package dev.satchel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Needs;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    ProcessBuilder builder =
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
            .redirectOutput(log.toFile());
    builder.environment().merge("PATH", tools().toString(), (before, own) -> own + ":" + before);
    server = builder.start();
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
                        ".*(/examples|/sdk|/runner|/api)/target/classes/?|.*satchel-(sdk|runner|api)[^/]*\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(path.split(File.pathSeparator)).hasSize(4);
    return path;
  }

  private String run(Path home, Class<?> example, String... arguments) throws Exception {
    return run(home, Map.of(), example, arguments);
  }

  private String run(
      Path home, Map<String, String> environment, Class<?> example, String... arguments)
      throws Exception {
    List<String> command =
        new ArrayList<>(List.of(java(home), "-cp", classPathOfACaller(), example.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
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
    assertThat(run(home, Nightly.class))
        .isEqualTo(
            """
            Report[id=a, loss=0.125]
            training a with ***
            [Report[id=b, loss=0.5], Report[id=c, loss=0.25]]
            Report[id=d, loss=0.25]
            e has no epochs, in train
            """);
    assertThat(run(home, Scoring.class)).isEqualTo("35\n42\nthe model is freed\n");
    assertThat(run(home, Sandboxes.class))
        .isEqualTo(
            """
            0 with ***
            a
            b
            1000
            0
            deleted example-sandbox-token
            """);
    assertThat(run(home, Rotate.class))
        .isEqualTo(
            """
            with the old key: 1 job
            after the resubmission: 0 jobs
            not deleted: 1 job uses it
            the job is terminated
            deleted
            """);
    assertThat(run(home, Storage.class))
        .isEqualTo(
            """
            sent 2 files, 6 bytes
            with ***
            completed
            lines: 3
            deleted example-models and example-hf-token
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

  /** Where the mount tool is that dev/storage installed. */
  private static Path tools() {
    return root().resolve("target/storage-venv/bin").toAbsolutePath();
  }

  private void runCatalogue(Path home, Path directory) throws Exception {
    Path rclone = tools().resolve("rclone");
    Needs.that(Files.isExecutable(rclone), "this example needs a mount tool: dev/storage");
    Files.createDirectory(directory.resolve("catalogue"));
    Files.writeString(directory.resolve("catalogue/book.txt"), "The Castle, 1926\n");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> words = new ArrayList<>(List.of(rclone.toString(), "serve", "s3", "--config", ""));
    words.addAll(List.of("--auth-key", "example-id,example-secret-key"));
    words.addAll(List.of("--addr", "127.0.0.1:" + port, directory.toString()));
    Process s3 =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      await(port);
      Map<String, String> keys =
          Map.of(
              "S3_ENDPOINT",
              "http://127.0.0.1:" + port,
              "AWS_ACCESS_KEY_ID",
              "example-id",
              "AWS_SECRET_ACCESS_KEY",
              "example-secret-key");
      assertThat(run(home, keys, Catalogue.class))
          .isEqualTo(
              """
              The Castle, 1926
              service running
              deleted example-s3-id and example-s3-key
              """);
    } finally {
      s3.destroy();
      assertThat(s3.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void await(int port) throws InterruptedException {
    for (int times = 0; times < 1000; times++) {
      try (Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(open.isConnected()).isTrue();
        return;
      } catch (IOException notYet) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  @Test
  void aServiceShowsABucketOnThisJava(@TempDir Path directory) throws Exception {
    runCatalogue(Path.of(System.getProperty("java.home")), directory);
  }

  @Test
  void aServiceShowsABucketOnTheOldestJava(@TempDir Path directory) throws Exception {
    runCatalogue(Needs.java17(), directory);
  }

  private void runModel(Path home) throws Exception {
    Needs.command("python3");
    Path model = root().resolve("examples/model");
    assertThat(run(home, Model.class, model.toString()))
        .isEqualTo(
            """
            made my-secrets-collection
            instance-1 is given my-secrets-collection
            succeeded {"solution":{"foo":"bar","key":18,"licence":3}}
            succeeded {solution={foo=bar, key=18, licence=3}}
            solving with ***
            PROVIDER_API_KEY: 18
            PROVIDER_LICENSE_FILE: 25
            My Secrets Collection
            A new name for my secrets collection
            """);
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return here.endsWith("examples") ? here.resolve("..").normalize() : here;
  }

  @Test
  void theModelReadsItsKeyAndLicenceOnThisJava() throws Exception {
    runModel(Path.of(System.getProperty("java.home")));
  }

  @Test
  void theModelReadsItsKeyAndLicenceOnTheOldestJava() throws Exception {
    runModel(Needs.java17());
  }

  /** So that what people copy compiles, and does what the tests see it do. */
  @ParameterizedTest
  @ValueSource(strings = {"applications.md", "storage-sdk.md", "remote-java.md"})
  void everySnippetOfADocumentStandsInAnExample(String document) throws IOException {
    StringBuilder examples = new StringBuilder();
    try (Stream<Path> files =
        Files.list(root().resolve("examples/src/main/java/dev/satchel/examples"))) {
      for (Path file : files.sorted().toList()) {
        examples.append(withoutSpace(Files.readString(file)));
      }
    }
    Matcher snippets =
        Pattern.compile("(?ms)^```java\n(.*?)^```$")
            .matcher(Files.readString(root().resolve("docs").resolve(document)));
    int found = 0;
    while (snippets.find()) {
      found++;
      assertThat(examples.toString())
          .as(snippets.group(1))
          .contains(withoutSpace(snippets.group(1)));
    }
    assertThat(found).isGreaterThan(2);
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }

  @Test
  void eachExampleDoesWhatItSaysOnThisJava() throws Exception {
    runAll(Path.of(System.getProperty("java.home")));
  }

  @Test
  void eachExampleDoesWhatItSaysOnTheOldestJavaThatTheSdkIsFor() throws Exception {
    runAll(Needs.java17());
  }
}
