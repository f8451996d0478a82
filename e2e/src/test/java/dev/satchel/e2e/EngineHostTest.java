package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.e2e.Client.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Workloads on an engine that a credential names, beside the server's own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EngineHostTest {
  private static final String WAITS = "echo begun; while [ ! -e /go ]; do sleep 0.1; done; exit 7";

  private final TestDocker docker = TestDocker.needed();
  private final TestDocker gpu = TestDocker.second(Map.of("LABEL", "vm_type=g6e.xlarge"));
  private final Installation satchel = docker.installation("hosts", "--grace", "1");

  @BeforeAll
  void start() {
    satchel.start();
    store("gpu", "docker", Map.of("host", gpu.host()));
    store("my-aws", "cloud", Map.of("runs_on", "gpu", "secret_access_key", Marker.value()));
    Answer _ = satchel.admin().put("hf", Map.of("HF_TOKEN", Marker.value()));
    Answer _ = satchel.admin().put("wandb", Map.of("WANDB_API_KEY", Marker.value()));
  }

  @AfterAll
  void stop() {
    satchel.close();
    TestDocker.stopSecond();
  }

  private void store(String name, String kind, Map<String, String> fields) {
    Answer answer =
        satchel.send("PUT", "/v1/credentials/" + name, Map.of("kind", kind, "fields", fields));
    assertThat(answer.status()).as(answer.body().toString()).isIn(200, 201);
  }

  private String submit(String credentials, String script, Map<String, Object> more) {
    Map<String, Object> body =
        new java.util.LinkedHashMap<>(
            Map.of("image", TestDocker.IMAGE, "credentials", credentials));
    body.putAll(more);
    return satchel.submit(script, body);
  }

  private String running(String credentials) {
    String id = submit(credentials, WAITS, Map.of());
    JsonNode _ = satchel.awaitState(id, "running");
    return id;
  }

  private void letGo(String id) {
    String said = gpu.run("exec", gpu.containersOf(id).getFirst(), "touch", "/go");
    assertThat(said).isEmpty();
  }

  private JsonNode ended(String id) {
    letGo(id);
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("exit_code").asInt()).as(ended.toString()).isEqualTo(7);
    assertThat(ended.path("attempts")).hasSize(1);
    assertThat(satchel.log(id)).isEqualTo("begun\n");
    Await.until("its container is gone", () -> gpu.containersOf(id).isEmpty());
    return ended;
  }

  @Test
  void theSubmitOfTheGuideRunsOnTheEngineOfItsAccount_andNotOnTheServersOwn() {
    Run run =
        satchel
            .satchel(
                "submit",
                TestDocker.IMAGE,
                "--credentials",
                "my-aws",
                "--vm-type",
                "g6e.xlarge",
                "--secret",
                "hf",
                "--secret",
                "wandb",
                "-q",
                "--",
                "sh",
                "-c",
                "test -n \"$HF_TOKEN\" -a -n \"$WANDB_API_KEY\" && " + WAITS)
            .ok();
    String id = run.out().strip();
    JsonNode seen = satchel.awaitState(id, "running");
    assertThat(seen.path("credentials").asText()).isEqualTo("my-aws");
    assertThat(seen.path("unchecked")).as("labels that nobody declares").isEmpty();
    assertThat(satchel.satchel("status", id).ok().out()).contains("runs on    my-aws");
    assertThat(gpu.containersOf(id)).hasSize(1);
    assertThat(docker.containersOf(id)).isEmpty();
    for (String name : List.of("gpu", "my-aws")) {
      Answer refused = satchel.send("DELETE", "/v1/credentials/" + name, null).with(409);
      assertThat(refused.code()).isEqualTo("CREDENTIAL_IN_USE");
      assertThat(refused.body().path("workload_ids").toString()).contains(id);
    }
    JsonNode _ = ended(id);
  }

  @Test
  void aLabelThatTheEngineDeclaresOtherwiseIsRefused_andOneThatItDoesNotIsUnchecked() {
    Map<String, Object> body = Map.of("image", TestDocker.IMAGE, "credentials", "my-aws");
    Map<String, Object> other = new java.util.LinkedHashMap<>(body);
    other.put("vm_type", "t3.micro");
    Answer refused = satchel.send("POST", "/v1/workloads", other).with(422);
    assertThat(refused.body().path("field").asText()).isEqualTo("vm_type");
    assertThat(refused.body().path("want").asText()).isEqualTo("t3.micro");
    assertThat(refused.body().path("have").asText()).isEqualTo("g6e.xlarge");
    String id = submit("my-aws", "true", Map.of("vm_type", "g6e.xlarge", "geolocation", "eu"));
    assertThat(satchel.awaitEnd(id).path("unchecked").toString())
        .isEqualTo("{\"geolocation\":\"eu\"}");
  }

  @Test
  void whatRunsThereOutlivesTheServer_andWhateverBecomesOfItsCredential() {
    store("other", "docker", Map.of("host", gpu.host()));
    List<String> ids = new ArrayList<>(List.of(running("other"), running("other")));
    List<String> containers = ids.stream().map(id -> idOf(id)).toList();
    store("other", "docker", Map.of("host", "unix:///nowhere.sock"));
    satchel.kill();
    satchel.start();
    JsonNode _ = ended(ids.removeFirst());
    Answer forced = satchel.send("DELETE", "/v1/credentials/other?force=true", null).with(200);
    assertThat(forced.body().path("workload_ids")).hasSize(1);
    satchel.kill();
    satchel.start();
    String last = ids.getFirst();
    assertThat(idOf(last)).isEqualTo(containers.getLast());
    Answer refused =
        satchel.send("POST", "/v1/workloads/" + last + "/resubmissions", null).with(422);
    assertThat(refused.code()).isEqualTo("CREDENTIAL_NOT_FOUND");
    assertThat(refused.body().path("name").asText()).isEqualTo("other");
    assertThat(satchel.workload(last).path("state").asText()).isEqualTo("running");
    JsonNode _ = ended(last);
    Answer again = satchel.send("POST", "/v1/workloads/" + last + "/resubmissions", null).with(422);
    assertThat(again.body().path("name").asText()).isEqualTo("other");
    assertThat(docker.containersOf(last)).isEmpty();
  }

  private String idOf(String workload) {
    return gpu.run("inspect", "--format", "{{.Id}}", gpu.containersOf(workload).getFirst());
  }

  @Test
  void secretFilesArriveWhereTheEngineSeesThisMachinesFiles_andAreRefusedElsewhere()
      throws Exception {
    Answer _ =
        satchel.send(
            "PUT",
            "/v1/secrets/file",
            Map.of(
                "entries",
                List.of(
                    Map.of(
                        "type", "file", "location", "/run/secrets/f", "value", Marker.value()))));
    Map<String, Object> secrets = Map.of("secrets", List.of("file"));
    String near = submit("gpu", "test -s /run/secrets/f", secrets);
    assertThat(satchel.awaitEnd(near).path("exit_code").asInt()).isZero();
    Path socket = Path.of(gpu.host().substring("unix://".length()));
    try (SocketForward forward = new SocketForward(socket)) {
      store("far", "docker", Map.of("host", "tcp://127.0.0.1:" + forward.port()));
      String id = submit("far", "test -n \"$HF_TOKEN\"", Map.of("secrets", List.of("hf")));
      assertThat(satchel.awaitEnd(id).path("exit_code").asInt()).isZero();
      Answer refused =
          satchel
              .send(
                  "POST",
                  "/v1/workloads",
                  Map.of(
                      "image", TestDocker.IMAGE, "credentials", "far", "secrets", List.of("file")))
              .with(422);
      assertThat(refused.code()).isEqualTo("UNSUPPORTED");
      assertThat(refused.body().path("detail").asText())
          .contains("tcp://127.0.0.1:" + forward.port(), "/run/secrets/f", "as variables");
    }
  }

  @Test
  void anEngineThatIsNotThereOrHasNoPinnedKeyIsRefusedWithWords() {
    store("absent", "docker", Map.of("host", "unix:///nowhere/docker.sock"));
    Answer refused =
        satchel
            .send(
                "POST", "/v1/workloads", Map.of("image", TestDocker.IMAGE, "credentials", "absent"))
            .with(503);
    assertThat(refused.body().path("detail").asText())
        .contains("does not answer", "unix:///nowhere/docker.sock");
    Answer ssh =
        satchel
            .send(
                "PUT",
                "/v1/credentials/ssh",
                Map.of("kind", "docker", "fields", Map.of("host", "ssh://me@gpu")))
            .with(400);
    assertThat(ssh.body().path("detail").asText()).contains("host_key", "ssh-keyscan gpu");
  }
}
