package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.satchel.api.ExecEnded;
import dev.satchel.api.ExecFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Commands inside a running container, against a real server. */
@TestInstance(Lifecycle.PER_CLASS)
final class ExecTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String VALUE = "a-planted-value-of-this-test";

  private RunningServer server;
  private Satchel satchel;
  private Workload job;

  @BeforeAll
  void start(@TempDir Path directory) {
    server = new RunningServer(directory, Map.of("DOCKER_HOST", dockerHost()));
    satchel = server.client().build();
    satchel.secrets().put("key", e -> e.env("KEY", VALUE));
    job = satchel.submit("satchel.test/busybox:1", s -> s.command("sleep", "600").secrets("key"));
    while (!job.status().state().equals("running")) {
      RunningServer.pause(50);
    }
  }

  private static String dockerHost() {
    String named = System.getenv("SATCHEL_TEST_DOCKER");
    Path socket =
        Path.of(System.getProperty("satchel.root", "..")).resolve("target/docker/docker.sock");
    boolean there = named != null || Files.exists(socket);
    String message = "this suite needs a container engine of its own: dev/docker start";
    if (!there && "true".equals(System.getenv("CI"))) {
      fail(message);
    }
    assumeTrue(there, message);
    return named != null ? named : "unix://" + socket.toAbsolutePath().normalize();
  }

  @AfterAll
  void stop() {
    if (satchel != null) {
      job.terminate();
      job.await(SOON);
      satchel.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void outputsAreApartAndMaskedAndTheExitCodeIsTheCommands() throws IOException {
    try (Exec exec = job.exec("sh", "-c", "echo \"out $KEY\"; echo \"err $KEY\" >&2; exit 3")) {
      assertThat(text(exec.stdout().readAllBytes())).isEqualTo("out ***\n");
      assertThat(text(exec.stderr().readAllBytes())).isEqualTo("err ***\n");
      assertThat(exec.exitCode(SOON)).isEqualTo(3);
      assertThat(exec.await(SOON)).isEqualTo(new ExecEnded(3, null, null));
      assertThat(exec.attempt()).isEqualTo(1);
      assertThat(exec.toString()).isEqualTo("Exec[" + job.id() + ", attempt 1]");
    }
  }

  @Test
  void whatIsWrittenIsReadByteForByte() throws Exception {
    byte[] sent = new byte[5 << 20];
    new Random().nextBytes(sent);
    try (Exec exec = job.exec(ExecRequest.of("cat").withStdin().inAttempt(1))) {
      CompletableFuture<byte[]> out =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return exec.stdout().readAllBytes();
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              },
              work -> new Thread(work).start()); // The common pool carries the client's answers.
      try (OutputStream stdin = exec.stdin()) {
        stdin.write(sent);
      }
      assertThat(Arrays.equals(out.get(60, TimeUnit.SECONDS), sent)).isTrue();
      assertThat(exec.exitCode(SOON)).isZero();
      assertThatThrownBy(() -> exec.stdin().write(1)).isInstanceOf(Cancelled.class);
    }
  }

  @Test
  void aConversationIsPossible() throws IOException {
    try (Exec exec = job.exec(ExecRequest.of("cat").withStdin())) {
      for (String word : new String[] {"one", "two"}) {
        exec.stdin().write(word.getBytes(StandardCharsets.UTF_8));
        exec.stdin().flush();
        assertThat(text(exec.stdout().readNBytes(3))).isEqualTo(word);
      }
      exec.stdin().close();
      assertThat(exec.exitCode(SOON)).isZero();
    }
  }

  @Test
  void theTwinsAnswerTheSame() {
    try (Exec exec = job.execAsync("sh", "-c", "exit 4").join()) {
      assertThat(exec.awaitAsync(SOON).join().exitCode()).isEqualTo(4);
    }
  }

  @Test
  void whatGoesOnTimesOutAndEndsWithItsClose() {
    try (Exec exec = job.exec("sleep", "600")) {
      assertThatThrownBy(() -> exec.await(Duration.ofMillis(50))).isInstanceOf(TimedOut.class);
    }
    Exec closed = job.exec(ExecRequest.of("sleep", "600").withStdin());
    closed.close();
    assertThatThrownBy(() -> closed.await(SOON)).isInstanceOf(Cancelled.class);
    closed.close();
  }

  @Test
  void refusalsAreTheirExceptions() {
    assertThatThrownBy(() -> job.exec(ExecRequest.of("true").inAttempt(9)))
        .isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> job.exec()).isInstanceOf(Invalid.class);
    Workload process = satchel.submit(s -> s.command("sleep", "60"));
    while (!process.status().state().equals("running")) {
      RunningServer.pause(50);
    }
    try (Exec beside = process.exec("sh", "-c", "exit 5")) {
      assertThat(beside.exitCode(SOON)).isEqualTo(5);
    }
    process.terminate();
    process.await(SOON);
    assertThatThrownBy(() -> process.exec("true"))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("terminated");
    assertThat(ExecRequest.of("print", VALUE).toString()).doesNotContain(VALUE);
  }

  @Test
  void aFrameIsTakenOnceItIsThereWhateverComesAfterIt() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (Answering silent =
            new Answering(
                (exchange, body) -> {
                  exchange.sendResponseHeaders(200, 0);
                  OutputStream out = exchange.getResponseBody();
                  byte[] started =
                      "{\"exec\":\"e\",\"attempt\":1}".getBytes(StandardCharsets.UTF_8);
                  ExecFrame.write(out, ExecFrame.STARTED, started, 0, started.length);
                  ExecFrame.write(out, ExecFrame.STDERR, started, 0, 5);
                  out.flush();
                  awaited(over);
                  exchange.close();
                });
        Satchel client = Satchel.builder().url(silent.url()).token("sat_x").build();
        Exec exec = client.workload("w").exec("true")) {
      assertThat(exec.stderr().readNBytes(5)).hasSize(5);
      over.countDown();
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anAnswerThatBreaksOffIsToldAsThatToEveryReader() throws IOException {
    try (Answering broken =
            new Answering(
                (exchange, body) -> {
                  exchange.sendResponseHeaders(200, 0);
                  OutputStream out = exchange.getResponseBody();
                  byte[] started =
                      "{\"exec\":\"e\",\"attempt\":1}".getBytes(StandardCharsets.UTF_8);
                  ExecFrame.write(out, ExecFrame.STARTED, started, 0, started.length);
                  ExecFrame.write(out, ExecFrame.STDOUT, started, 0, 3);
                  exchange.close();
                });
        Satchel client = Satchel.builder().url(broken.url()).token("sat_x").build();
        Exec exec = client.workload("w").exec("true")) {
      assertThat(exec.stdout().readNBytes(3)).hasSize(3);
      assertThatThrownBy(() -> exec.stdout().read()).isInstanceOf(Unavailable.class);
      assertThatThrownBy(() -> exec.await(SOON)).isInstanceOf(Unavailable.class);
      assertThatThrownBy(() -> exec.exitCode(SOON)).isInstanceOf(Unavailable.class);
    }
  }
}
