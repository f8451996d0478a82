package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.e2e.Client.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images that only a login gives, and where that login is seen. */
final class RegistryLoginTest {
  private static final String USER = "me";

  private final TestDocker docker = TestDocker.needed();
  private final Installation satchel = docker.installation("logins", "--grace", "1");
  private final String password = Marker.value();
  private PrivateRegistry registry;

  @BeforeEach
  void open() throws IOException {
    Path directory = Installation.ROOT.resolve("e2e/target/registry");
    Trees.delete(directory);
    Path archive = PrivateRegistry.saved(docker, TestDocker.IMAGE, directory);
    registry = new PrivateRegistry(USER, password, archive);
    satchel.start();
  }

  @AfterEach
  void close() {
    satchel.close();
    registry.close();
    String _ = docker.run("image", "rm", "--force", registry.image());
  }

  private Answer store(String name, String secret) {
    Map<String, String> fields =
        Map.of("server", registry.host(), "username", USER, "password", secret);
    return satchel.send(
        "PUT", "/v1/credentials/" + name, Map.of("kind", "registry", "fields", fields));
  }

  private String submit(String script) {
    return satchel.submit(script, Map.of("image", registry.image()));
  }

  private JsonNode denied(String id) {
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("failed");
    assertThat(ended.path("reason_code").asText()).isEqualTo("IMAGE_PULL");
    assertThat(ended.path("reason").asText()).contains(registry.image(), "denies");
    return ended;
  }

  @Test
  void aPrivateImageIsPulledWithItsRegistrysLoginAlone() {
    assertThat(denied(submit("true")).path("reason").asText())
        .contains("--kind registry server=" + registry.host());
    Answer _ = store("mine", "wrong-" + Marker.value()).with(201);
    assertThat(denied(submit("true")).path("reason").asText()).contains("\"mine\"");
    assertThat(registry.logins()).isZero();
    assertThat(registry.denials()).isPositive();
    Answer _ = store("mine", password).with(200);
    String id = submit("echo pulled");
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
    assertThat(satchel.log(id)).isEqualTo("pulled\n");
    assertThat(registry.logins()).isPositive();
    Answer _ = satchel.send("DELETE", "/v1/credentials/mine", null).with(200);
  }

  @Test
  void theLoginIsSeenByThePullAlone() throws Exception {
    Answer _ = store("mine", password).with(201);
    CountDownLatch gate = registry.hold();
    try (ProcessSampler sampler = new ProcessSampler(Marker.OF_THIS_RUN)) {
      String id =
          submit(
              "env; cat /proc/1/environ /proc/self/mounts; cat /root/.docker/config.json;"
                  + " touch /seen; while [ ! -e /go ]; do sleep 0.1; done");
      Path login =
          Await.that(
                  "a pull is given the login's place",
                  this::login,
                  logins -> logins.stream().anyMatch(it -> pullsWith(it) > 0))
              .getFirst();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(login)))
          .isEqualTo("rwx------");
      Path file = login.resolve("config.json");
      assertThat(Trees.list(login)).containsExactly(file);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      String auth =
          Base64.getEncoder()
              .encodeToString((USER + ":" + password).getBytes(StandardCharsets.UTF_8));
      assertThat(Files.readString(file))
          .isEqualTo("{\"auths\":{\"" + registry.host() + "\":{\"auth\":\"" + auth + "\"}}}");
      Answer inUse = satchel.send("DELETE", "/v1/credentials/mine", null).with(409);
      assertThat(inUse.code()).isEqualTo("CREDENTIAL_IN_USE");
      assertThat(inUse.body().path("workload_ids")).hasSize(1);
      assertThat(inUse.body().at("/workload_ids/0").asText()).isEqualTo(id);
      gate.countDown();
      JsonNode _ = satchel.awaitState(id, "running");
      assertThat(Remains.logins(satchel.data())).as("logins while the job runs").isEmpty();
      String container = docker.containersOf(id).getFirst();
      Await.until(
          "the job has looked", () -> docker.run("exec", container, "ls", "/seen").equals("/seen"));
      assertThat(new Sweep(Marker.TEXT).in(docker.run("inspect", container))).isEmpty();
      assertThat(new Sweep(Marker.TEXT).in(docker.run("image", "inspect", registry.image())))
          .isEmpty();
      assertThat(new Sweep(Marker.TEXT).in(docker.run("history", registry.image()))).isEmpty();
      String _ = docker.run("exec", container, "touch", "/go");
      assertThat(satchel.awaitEnd(id).path("exit_code").asInt()).isZero();
      assertThat(new Sweep(Marker.TEXT).in(satchel.log(id))).isEmpty();
      assertThat(sampler.stop()).isEmpty();
    }
    assertThat(new Sweep(Marker.TEXT).below(satchel.kept(), Set.of())).isEmpty();
  }

  @Test
  void theLoginIsGoneWithAServerThatDies_andTheImageIsPulledByTheNext() {
    Answer _ = store("mine", password).with(201);
    CountDownLatch gate = registry.hold();
    String id = submit("echo pulled");
    Await.until("it is pulled", () -> login().stream().anyMatch(login -> pullsWith(login) > 0));
    satchel.kill();
    Await.until("the login is gone", () -> Remains.logins(satchel.data()).isEmpty());
    gate.countDown();
    satchel.start();
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
    assertThat(Remains.logins(satchel.data())).isEmpty();
  }

  private List<Path> login() {
    return Remains.logins(satchel.data()).stream()
        .filter(login -> Files.exists(login.resolve("config.json")))
        .toList();
  }

  /** How many processes have the login's place in their variables; the sampler reads the rest. */
  private static long pullsWith(Path login) {
    return ProcessHandle.allProcesses()
        .map(process -> Remains.proc(process.pid(), "environ"))
        .filter(environment -> environment.contains("DOCKER_CONFIG=" + login))
        .peek(environment -> assertThat(new Sweep(Marker.TEXT).in(environment)).isEmpty())
        .count();
  }
}
