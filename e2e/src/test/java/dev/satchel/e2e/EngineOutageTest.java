package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole server beside a container engine that hangs, and one that is killed. */
final class EngineOutageTest {
  private static final int MANY = 40; // Several times the threads that carry virtual ones.
  private static final int SUBMITS = Size.of(12, 60);

  private Path state;
  private TestDocker docker;
  private Installation satchel;

  @BeforeEach
  void start() throws IOException {
    TestDocker.needed();
    Needs.root();
    state = Files.createTempDirectory("soe"); // Short: a socket's path is.
    script("start");
    docker = new TestDocker("unix://" + state.resolve("docker.sock"));
    satchel =
        docker.installation(
            "engine-outage", "--max-running", "100", "--retry-back-off-ms", "50", "--grace", "2");
    satchel.start();
  }

  @AfterEach
  void stop() {
    if (state == null) { // No engine could be had.
      return;
    }
    try {
      signal("CONT"); // Before anything that may throw: a stopped engine stays for ever.
      satchel.close();
    } finally {
      script("stop");
    }
  }

  private void script(String act) {
    String command = Installation.ROOT.resolve("dev/docker").toString();
    assertThat(Needs.works(command, act, state.toString())).as(act).isTrue();
  }

  private void signal(String name) {
    try {
      String pid = Files.readString(state.resolve("dockerd.pid"), StandardCharsets.UTF_8).strip();
      assertThat(Needs.works("kill", "-" + name, pid)).isTrue();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String submit(String script, Map<String, Object> more) {
    Map<String, Object> body = new LinkedHashMap<>(more);
    body.put("image", TestDocker.IMAGE);
    return satchel.submit(script, body);
  }

  @Test
  void anEngineThatHangsKeepsNothingElseWaiting() {
    String before = submit("sleep 1; echo ran", Map.of());
    satchel.awaitState(before, "running");
    signal("STOP");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      ids.add(submit("echo ran", Map.of()));
    }
    Installation.pause(Duration.ofSeconds(3)); // Until all of them ask the engine for something.
    assertThat(satchel.send("GET", "/healthz", null).status()).isEqualTo(200);
    String process = satchel.submit("echo here", Map.of());
    assertThat(satchel.awaitEnd(process).path("state").asText()).isEqualTo("completed");
    Run _ = satchel.satchel("terminate", ids.removeFirst()).ok();
    satchel.stop();
    satchel.start();
    signal("CONT");
    ids.add(before);
    for (String id : ids) {
      endedOnce(id);
    }
  }

  private void endedOnce(String id) {
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
    assertThat(satchel.log(id)).as(ended.toString()).isEqualTo("ran\n");
  }

  /** As the clients do: a refusal that says that it will pass is waited out. */
  private String submittedInTheEnd() {
    Map<String, Object> body =
        Map.of(
            "image",
            TestDocker.IMAGE,
            "command",
            List.of("sh", "-c", "echo \"ran $A\""),
            "secrets",
            List.of("kept"),
            "spot",
            true);
    Client.Answer answer =
        Await.that(
            "a submit is accepted",
            () -> satchel.send("POST", "/v1/workloads", body),
            said -> said.status() != 503);
    return answer.with(202).body().path("id").asText();
  }

  @Test
  void anEngineThatIsKilledDuringSubmitsLosesNothingAndRunsNothingTwice() {
    satchel.send("PUT", "/v1/secrets/kept", Map.of("values", Map.of("A", Marker.value())));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < SUBMITS; i++) {
      ids.add(submittedInTheEnd());
      if (i % 6 == 3) {
        script("kill");
        script("start");
      }
    }
    for (String id : ids) {
      JsonNode ended = satchel.awaitEnd(id);
      assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
      assertThat(satchel.log(id)).as(ended.toString()).isEqualTo("ran ***\n");
    }
    Await.until("no container is left", () -> docker.run("ps", "--all", "--quiet").isEmpty());
    Await.until("its values are gone", () -> Remains.onTmpfs(ids).isEmpty());
  }
}
