package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Volumes from create to delete, through the server and the command line as they are shipped. */
final class VolumeTest {
  private Installation satchel;

  @BeforeEach
  void start() {
    satchel = Installation.started("volumes", "--grace", "2", "--retry-back-off-ms", "50");
  }

  @AfterEach
  void stop() {
    satchel.close();
  }

  private static void ok(Run run) {
    assertThat(run.code()).as(run.err()).isZero();
  }

  private String runnerToken() {
    JsonNode made =
        satchel
            .send(
                "POST",
                "/v1/tokens",
                Map.of("name", "r", "roles", List.of("runner"), "uses", List.of("volume/models")))
            .body();
    return made.path("token").asText();
  }

  @Test
  void whatGoesInComesOutThroughJobsOfEveryKind() throws IOException {
    ok(satchel.satchel("volume", "create", "models", "--mount-path", "/models"));
    byte[] in = "from outside\n".getBytes(StandardCharsets.UTF_8);
    ok(satchel.satchel(in, "volume", "put", "models", "-", "in/a.txt"));
    Run admins =
        satchel.satchel(
            "run",
            "--volume",
            "models",
            "--",
            "sh",
            "-c",
            "cat /models/in/a.txt && echo admin >>/models/in/a.txt && mkdir /models/mine");
    ok(admins);
    assertThat(admins.out()).isEqualTo("from outside\n");
    assertThat(Path.of("/models")).doesNotExist();
    Client runner = satchel.as(runnerToken());
    JsonNode accepted =
        runner
            .send(
                "POST",
                "/v1/workloads",
                Map.of(
                    "command",
                    List.of("sh", "-c", "echo runner >>/models/in/a.txt && cat /models/in/a.txt"),
                    "mounts",
                    List.of(Map.of("volume", "models"))))
            .body();
    JsonNode ended = satchel.awaitEnd(accepted.path("id").asText());
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
    Run readOnly =
        satchel.satchel(
            "run",
            "--volume",
            "models:/elsewhere:ro",
            "--",
            "sh",
            "-c",
            "cat /elsewhere/in/a.txt; echo no >/elsewhere/no");
    assertThat(readOnly.code()).isNotZero();
    assertThat(readOnly.out()).startsWith("from outside\nadmin\nrunner\n");
    Run got = satchel.satchel("volume", "get", "models", "in/a.txt", "-");
    assertThat(got.out()).isEqualTo("from outside\nadmin\nrunner\n");
    Run listed = satchel.satchel("volume", "ls", "models", "-q");
    assertThat(listed.out()).isEqualTo("in\nmine\n");
    ok(satchel.satchel("volume", "delete", "models"));
    Await.until("its data is gone", () -> isEmpty(satchel.data().resolve("volumes/data")));
    Await.until("its data is gone", () -> isEmpty(satchel.data().resolve("volumes/incoming")));
  }

  private static boolean isEmpty(Path directory) {
    try (var all = Files.list(directory)) {
      return all.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aJobKeepsItsVolumeWhileTheServerDiesAndComesBack() {
    ok(satchel.satchel("volume", "create", "scratch", "--backend", "vast_local", "--size-gb", "1"));
    Map<String, Object> mounts =
        Map.of("mounts", List.of(Map.of("volume", "scratch", "path", "/scratch")));
    String first =
        satchel.submit("echo a >/scratch/x; sleep 4; echo b >>/scratch/x; sleep 1", mounts);
    satchel.awaitState(first, "running");
    String second = satchel.submit("cat /scratch/x", mounts);
    Await.until(
        "the second waits for the first",
        () -> satchel.workload(second).path("reason").asText().contains(first));
    satchel.kill();
    satchel.start();
    assertThat(satchel.satchel("volume", "show", "scratch", "-q").out()).isEqualTo("in_use\n");
    assertThat(satchel.satchel("volume", "delete", "scratch").code()).isEqualTo(7);
    assertThat(satchel.awaitEnd(first).path("state").asText()).isEqualTo("completed");
    JsonNode ended = satchel.awaitEnd(second);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
    assertThat(satchel.log(second)).isEqualTo("a\nb\n");
    assertThat(satchel.satchel("volume", "show", "scratch", "-q").out()).isEqualTo("bound\n");
    Await.until("nothing of the mounts is left", () -> !Files.exists(Path.of("/scratch")));
  }
}
