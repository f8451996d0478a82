package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Needs;
import dev.satchel.sdk.Remotely.Job;
import dev.satchel.sdk.Remotely.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Methods of this program that run in an image that has Java. */
@TestInstance(Lifecycle.PER_CLASS)
final class AppInImageTest {
  private static final String IMAGE = "satchel.test/java:1";

  private RunningServer server;
  private Satchel satchel;
  private App app;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    String host = dockerHost();
    Process process =
        new ProcessBuilder("docker", "--host", host, "image", "inspect", IMAGE)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Needs.that(
        process.waitFor() == 0, "this suite needs the image " + IMAGE + ": dev/docker start");
    server = new RunningServer(directory, Map.of("DOCKER_HOST", host));
    satchel = server.client().build();
    app = satchel.app("nightly");
    satchel.createSecret("hf", Map.of("HF_TOKEN", "hf_1234567890"));
  }

  private static String dockerHost() {
    String named = System.getenv("SATCHEL_TEST_DOCKER");
    Path socket =
        Path.of(System.getProperty("satchel.root", "..")).resolve("target/docker/docker.sock");
    String message = "this suite needs a container engine of its own: dev/docker start";
    Needs.that(named != null || Files.exists(socket), message);
    return named != null ? named : "unix://" + socket.toAbsolutePath();
  }

  @AfterAll
  void stop() {
    if (server != null) {
      satchel.close();
      server.close();
    }
  }

  @Test
  void aMethodRunsInAnImageWithItsSecretsAndItsLogIsMasked() throws IOException {
    RemoteFunction<Job, Report> train =
        app.function(Remotely::train, f -> f.image(IMAGE).secrets("hf"));
    RemoteCall<Report> call = train.spawn(new Job("a", List.of(1, 2, 3)));
    assertThat(call.get(Duration.ofMinutes(2))).isEqualTo(new Report("a", 6, Map.of("end", 0.6)));
    assertThat(call.workload().status().engine()).isEqualTo("docker");
    try (Stream<String> lines = call.workload().logs().lines()) {
      assertThat(lines).contains("training a").doesNotContain("with hf_1234567890");
    }
    RemoteFunction<String, String> file =
        app.function(
            Remotely::secretFile, f -> f.image(IMAGE).secret("hf", s -> s.asFile("token")));
    assertThat(file.remote("token")).isEqualTo("hf_1234567890");
  }

  @Test
  void whatItThrowsThereIsRebuilt() {
    assertThatThrownBy(() -> app.function(Remotely::fail, f -> f.image(IMAGE)).remote("no room"))
        .isInstanceOf(RemoteFailure.class)
        .hasMessage("java.io.IOException: no room");
  }

  @Test
  void anObjectStaysInAContainer() {
    RemoteClass<RemoteObjectTest.Scorer> scorers =
        app.cls(RemoteObjectTest.Scorer.class, f -> f.image(IMAGE).secrets("hf"));
    try (RemoteObject<RemoteObjectTest.Scorer> scorer = scorers.start()) {
      for (int i = 1; i <= 20; i++) {
        RemoteObjectTest.Text text = new RemoteObjectTest.Text("hello", List.of(i));
        assertThat(scorer.call(RemoteObjectTest.Scorer::score, text)).isEqualTo(5 + i);
      }
      assertThat(scorer.call(RemoteObjectTest.Scorer::calls)).isEqualTo(20);
    }
  }

  @Test
  void anImageWithoutJavaSaysSo() {
    assertThatThrownBy(
            () -> app.function(Remotely::square, f -> f.image("satchel.test/busybox:1")).remote(3))
        .isInstanceOf(RemoteFailure.class)
        .hasMessageContaining("command was not found");
  }

  @Test
  void aCallInAnImageIsCancelled() {
    RemoteCall<String> call = app.function(Remotely::sleep, f -> f.image(IMAGE)).spawn(300);
    while (!call.workload().status().state().equals("running")) {
      RunningServer.pause(50);
    }
    call.cancel();
    assertThatThrownBy(call::get).isInstanceOf(Cancelled.class);
  }
}
