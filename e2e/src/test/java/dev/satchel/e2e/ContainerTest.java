package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Workloads from submit to end, on the docker engine, through the server as it is shipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ContainerTest {
  private static final int SUBMITS = Size.of(3, 50);
  private static final int ROUNDS = Size.of(2, 30);
  private static final int BUNDLES = Size.of(3, 40);

  private TestDocker docker;
  private Installation satchel;

  @BeforeAll
  void start() {
    docker = TestDocker.needed();
    satchel = docker.installation("containers", "--grace", "2", "--retry-back-off-ms", "50");
    satchel.start();
  }

  @AfterAll
  void stop() {
    if (satchel != null) {
      satchel.close();
    }
  }

  private String submit(String script, Map<String, Object> more) {
    Map<String, Object> body = new LinkedHashMap<>(more);
    body.put("image", TestDocker.IMAGE);
    return satchel.submit(script, body);
  }

  @Test
  void aSecretReachesAJobInAnImage_andItsLogShowsItMasked_andNothingIsLeft() {
    String value = Marker.value();
    String lines = Marker.value() + "\n" + Marker.value();
    satchel.send("PUT", "/v1/secrets/first", Map.of("values", Map.of("TOKEN", value)));
    satchel.send("PUT", "/v1/secrets/pem", Map.of("values", Map.of("PEM", lines)));
    String id =
        submit(
            "echo \"token $TOKEN end\"; echo \"$PEM\"; cat key | wc -c; cat key; exit 42",
            Map.of("secrets", List.of("first", "pem", Map.of("name", "first", "as_file", "key"))));
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("errored");
    assertThat(ended.path("exit_code").asInt()).isEqualTo(42);
    assertThat(ended.path("engine").asText()).isEqualTo("docker");
    assertThat(ended.path("isolation").asText()).isEqualTo("container");
    assertThat(satchel.log(id)).isEqualTo("token *** end\n***\n" + value.length() + "\n***");
    Await.until("its container is gone", () -> docker.containersOf(id).isEmpty());
    Await.until("its values are gone", () -> Remains.onTmpfs(List.of(id)).isEmpty());
  }

  @Test
  void theCommandLineRunsAnImageAndExitsWithTheJobsCode() {
    Run run = satchel.satchel("run", TestDocker.IMAGE, "--", "sh", "-c", "echo hi; exit 3");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEqualTo("hi\n");
  }

  @Test
  void valuesReachAJobInAnImageByteForByte() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int bundle = 0; bundle < BUNDLES; bundle++) {
      Map<String, String> values = new HashMap<>();
      for (int entry = 0; entry < 8; entry++) {
        values.put("V" + entry, text(random));
      }
      satchel.send("PUT", "/v1/secrets/random", Map.of("values", values));
      String id =
          submit(
              "for i in 0 1 2 3 4 5 6 7; do eval \"printf %s \\\"\\$V$i\\\"\" | base64; echo --; done",
              Map.of("secrets", List.of("random")));
      assertThat(satchel.awaitEnd(id).path("exit_code").asInt()).isZero();
      String[] logs = satchel.log(id).split("--\n", -1);
      for (int entry = 0; entry < 8; entry++) {
        String arrived =
            new String(Base64.getMimeDecoder().decode(logs[entry]), StandardCharsets.UTF_8);
        assertThat(arrived.equals(values.get("V" + entry))).as("seed " + seed).isTrue();
      }
    }
  }

  private static String text(Random random) {
    String letters = "aZ0 \t\n\r'\"`$\\#=,;é€😀~";
    int[] points = letters.codePoints().toArray();
    int length = random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(40);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  @Test
  void noProcessIsStartedWithAValueInItsArguments() {
    try (ProcessSampler sampler = new ProcessSampler(Marker.OF_THIS_RUN)) {
      for (int i = 0; i < SUBMITS; i++) {
        Map<String, String> values =
            Map.of("ONE", Marker.value(), "MANY", Marker.value() + "\n" + Marker.value());
        satchel.send("PUT", "/v1/secrets/sampled", Map.of("values", values));
        satchel.awaitEnd(submit("echo $ONE", Map.of("secrets", List.of("sampled"))));
      }
      assertThat(sampler.stop()).filteredOn(seen -> seen.contains("arguments")).isEmpty();
    }
  }

  @Test
  void aContainerThatIsRemovedIsRecoveredWithItsBundlesAsTheyAreThen() {
    satchel.send("PUT", "/v1/secrets/lost", Map.of("values", Map.of("A", "the first value")));
    String id =
        submit(
            "[ \"$A\" = 'the second value' ] || sleep 60",
            Map.of("spot", true, "secrets", List.of("lost")));
    satchel.awaitState(id, "running");
    satchel.send("PUT", "/v1/secrets/lost", Map.of("values", Map.of("A", "the second value")));
    docker.run("rm", "--force", docker.containersOf(id).getFirst());
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
    assertThat(ended.path("attempts")).hasSize(2);
    assertThat(ended.path("attempts").path(1).path("reason_code").asText()).isEqualTo("LOST");
  }

  @Test
  void aRecoveryThatLacksABundleEndsNamingIt() {
    satchel.send("PUT", "/v1/secrets/fleeting", Map.of("values", Map.of("A", Marker.value())));
    String id = submit("sleep 60", Map.of("spot", true, "secrets", List.of("fleeting")));
    satchel.awaitState(id, "running");
    assertThat(satchel.send("DELETE", "/v1/secrets/fleeting?force=true", null).status())
        .isEqualTo(200);
    docker.run("rm", "--force", docker.containersOf(id).getFirst());
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).isEqualTo("invalid");
    assertThat(ended.path("reason").asText()).contains("fleeting");
  }

  @Test
  void limitsAndRequestsToEndAreToldApart() {
    String hungry =
        submit(
            "head -c 60000000 /dev/zero | tail",
            Map.of("resources", Map.of("memory_mib", 16, "cpus", 0.5)));
    assertThat(satchel.awaitEnd(hungry).path("reason_code").asText()).isEqualTo("OUT_OF_MEMORY");
    JsonNode late = satchel.awaitEnd(submit("sleep 60", Map.of("timeout_s", 1)));
    assertThat(late.path("reason_code").asText()).isEqualTo("TIMEOUT");
    assertThat(late.path("exit_code").asInt()).isEqualTo(143);
    String deaf = submit("trap '' TERM; while :; do sleep 0.1; done", Map.of());
    satchel.awaitState(deaf, "running");
    assertThat(satchel.admin().terminate(deaf).status()).isEqualTo(202);
    assertThat(satchel.awaitEnd(deaf).path("state").asText()).isEqualTo("terminated");
  }

  @Test
  void anImageThatCannotBeHadFailsAndSaysWhy() {
    String id =
        satchel
            .send("POST", "/v1/workloads", Map.of("image", "127.0.0.1:1/none:1"))
            .with(202)
            .body()
            .path("id")
            .asText();
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).isEqualTo("failed");
    assertThat(ended.path("reason_code").asText()).isEqualTo("IMAGE_PULL");
    assertThat(ended.path("reason").asText()).contains("127.0.0.1:1/none:1", "cannot be reached");
  }

  @Test
  void jobsOutliveKillsOfTheServer_eachStartedOnce_withItsWholeLog() {
    try (Installation own = docker.installation("crashed", "--retry-back-off-ms", "50")) {
      own.start();
      own.send("PUT", "/v1/secrets/kept", Map.of("values", Map.of("A", Marker.value())));
      List<String> ids = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 3; i++) {
          ids.add(
              own.admin()
                  .submit(
                      "for i in 1 2 3 4 5 6 7 8; do echo \"$i $A\"; sleep 0.3; done; exit 7",
                      Map.of("image", TestDocker.IMAGE, "secrets", List.of("kept"))));
        }
        Installation.pause(Duration.ofMillis(200 + 350L * round));
        own.kill();
        own.start();
      }
      StringBuilder whole = new StringBuilder();
      for (int line = 1; line <= 8; line++) {
        whole.append(line).append(" ***\n");
      }
      for (String id : ids) {
        JsonNode ended = own.awaitEnd(id);
        assertThat(ended.path("exit_code").asInt()).as(ended.toString()).isEqualTo(7);
        List<String> causes = new ArrayList<>();
        ended.path("attempts").forEach(one -> causes.add(one.path("reason_code").asText()));
        causes.remove("NOT_STARTED"); // Which never ran.
        causes.remove("NOT_STARTED");
        assertThat(causes).as(ended.toString()).containsExactly("EXIT_CODE");
        assertThat(own.log(id)).as(ended.toString()).isEqualTo(whole.toString());
        Await.until("its container is gone", () -> docker.containersOf(id).isEmpty());
      }
      Await.until("its values are gone", () -> Remains.onTmpfs(ids).isEmpty());
      Path records = own.data().resolve("docker");
      Await.until("no attempt is left", () -> Trees.list(records).isEmpty());
    }
  }
}
