package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.e2e.Client.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Workloads on hosts that are reached over SSH, each with an engine of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
final class SshHostTest {
  private static final String WAITS =
      "echo begun; while [ ! -e /go ]; do sleep 0.1; done; echo ended; exit 7";

  private final TestDocker docker = TestDocker.needed();
  private final Installation satchel = docker.installation("ssh-hosts", "--grace", "1");
  private final SshServer host = new SshServer(satchel.home().resolve("hosts"), 1);
  private final TestDocker farDocker = TestDocker.second(Map.of("LABEL", "geolocation=far"));
  private final SshServer far = new SshServer(satchel.home().resolve("hosts"), 2);

  @BeforeAll
  void start() {
    satchel.start();
    Answer _ = store("near", fields(host, docker)).with(201);
    Answer _ = satchel.admin().put("hf", Map.of("HF_TOKEN", Marker.value()));
    Answer _ =
        satchel.send(
            "PUT",
            "/v1/secrets/file",
            Map.of(
                "entries",
                List.of(
                    Map.of("type", "file", "location", "/run/secrets/f", "value", "of a file"),
                    Map.of("type", "file", "location", "g", "value", Marker.value()))));
  }

  @Test
  void aHostThatIsDeclaredLostFreesWhatItHeld_andWhatMayBeTriedAgainRunsOnAnother() {
    Map<String, String> fields = fields(far, farDocker);
    fields.put("vm_type", "g6e");
    Answer _ = store("far", fields).with(201);
    Answer _ =
        satchel.send(
            "PUT",
            "/v1/credentials/both",
            Map.of("kind", "cloud", "fields", Map.of("runs_on", "far,near")));
    String retried = submit(WAITS, Map.of("credentials", "both", "retries", 1));
    String held = submit(WAITS, Map.of("credentials", "far", "vm_type", "g6e"));
    JsonNode _ = satchel.awaitState(held, "running");
    JsonNode _ = satchel.awaitState(retried, "running");
    assertThat(farDocker.containersOf(retried)).hasSize(1);
    Answer busy = satchel.send("DELETE", "/v1/credentials/far", null).with(409);
    assertThat(busy.body().path("workload_ids")).hasSize(2);
    JsonNode seen = hostAt(far);
    assertThat(seen.path("labels").toString())
        .contains("\"geolocation\":\"far\"", "\"vm_type\":\"g6e\"");
    assertThat(seen.path("running").asInt()).isEqualTo(2);
    String id = seen.path("id").asText();
    Answer _ = satchel.send("DELETE", "/v1/hosts/" + id, null).with(409);
    far.stop();
    Await.until(
        "it is unreachable", () -> hostAt(far).path("state").asText().equals("unreachable"));
    assertThat(satchel.satchel("hosts").ok().out()).contains(id, far.url(), "unreachable");
    assertThat(satchel.satchel("hosts", "lose", id).code()).isEqualTo(2);
    Run _ = satchel.satchel("hosts", "lose", id, "--yes").ok();
    JsonNode lost = satchel.awaitEnd(held);
    assertThat(lost.path("state").asText()).isEqualTo("failed");
    assertThat(lost.path("reason_code").asText()).isEqualTo("LOST");
    Await.until("it runs again, elsewhere", () -> docker.containersOf(retried).size() == 1);
    JsonNode _ = satchel.awaitState(retried, "running");
    letGo(retried);
    assertThat(satchel.awaitEnd(retried).path("attempts")).hasSize(2);
    Answer _ = satchel.send("DELETE", "/v1/credentials/both", null).with(200);
    far.start();
    Await.until("it is seen again", () -> hostAt(far).path("state").asText().equals("reachable"));
    Installation.pause(Duration.ofSeconds(5)); // What is left is looked for twice a minute.
    Await.until(
        "what ran there is removed",
        () -> farDocker.containersOf(held).isEmpty() && farDocker.containersOf(retried).isEmpty());
    Answer _ = satchel.send("DELETE", "/v1/credentials/far", null).with(200);
  }

  private JsonNode hostAt(SshServer server) {
    for (JsonNode host : satchel.send("GET", "/v1/hosts", null).with(200).body().path("items")) {
      if (host.path("address").asText().equals(server.url())) {
        return host;
      }
    }
    throw new AssertionError("no host at " + server.url());
  }

  @AfterAll
  void stop() {
    try {
      satchel.close();
    } finally {
      host.close();
      far.close();
      TestDocker.stopSecond();
    }
  }

  private static Map<String, String> fields(SshServer host, TestDocker engine) {
    return new LinkedHashMap<>(
        Map.of(
            "host",
            host.url(),
            "host_key",
            host.hostKey(),
            "private_key",
            host.privateKey(),
            "socket",
            engine.host().substring("unix://".length())));
  }

  private Answer store(String name, Map<String, String> fields) {
    return satchel.send(
        "PUT", "/v1/credentials/" + name, Map.of("kind", "docker", "fields", fields));
  }

  private String submit(String script, Map<String, Object> more) {
    Map<String, Object> body =
        new LinkedHashMap<>(Map.of("image", TestDocker.IMAGE, "credentials", "near"));
    body.putAll(more);
    body.put("command", List.of("sh", "-c", script));
    return Await.that(
            "the host is there again, as far as the server knows",
            () -> satchel.send("POST", "/v1/workloads", body),
            it -> it.status() != 503)
        .with(202)
        .body()
        .path("id")
        .asText();
  }

  private String running(Map<String, Object> more) {
    String id = submit(WAITS, more);
    JsonNode _ = satchel.awaitState(id, "running");
    Await.until("it has begun", () -> satchel.log(id).equals("begun\n"));
    return id;
  }

  private void letGo(String id) {
    String said = docker.run("exec", docker.containersOf(id).getFirst(), "touch", "/go");
    assertThat(said).isEmpty();
  }

  private JsonNode ended(String id) {
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("exit_code").asInt()).as(ended.toString()).isEqualTo(7);
    assertThat(ended.path("attempts")).hasSize(1);
    assertThat(satchel.log(id)).isEqualTo("begun\nended\n");
    Await.until("its container is gone", () -> docker.containersOf(id).isEmpty());
    return ended;
  }

  /** The ssh processes that lead to the host, of whichever life of the server. */
  private List<ProcessHandle> tunnels() {
    return ProcessHandle.allProcesses()
        .filter(process -> words(process).contains("IdentitiesOnly=yes"))
        .filter(process -> words(process).endsWith(host.address() + " "))
        .filter(process -> words(process).startsWith("ssh "))
        .toList();
  }

  private static String words(ProcessHandle process) {
    return text(Path.of("/proc/" + process.pid() + "/cmdline")).replace('\0', ' ');
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // It has ended.
    }
  }

  @Test
  void aJobRunsThere_withItsOutputAndItsExit_andTheKeyIsNowhere() throws IOException {
    String id =
        submit(
            "test -n \"$HF_TOKEN\"; echo done; sleep 1; exit 3", Map.of("secrets", List.of("hf")));
    JsonNode _ = satchel.awaitState(id, "running");
    assertThat(tunnels()).hasSize(1);
    assertNowhere(host.privateKey().lines().toList().get(1));
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("exit_code").asInt()).as(ended.toString()).isEqualTo(3);
    assertThat(satchel.log(id)).isEqualTo("done\n");
    Await.until("its container is gone", () -> docker.containersOf(id).isEmpty());
    Answer shown = satchel.send("GET", "/v1/credentials/near", null).with(200);
    assertThat(shown.body().path("redacted").toString()).isEqualTo("[\"private_key\"]");
  }

  /** Neither in an argument, nor in an environment, nor in a file of the server's. */
  private void assertNowhere(String value) throws IOException {
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      for (String file : List.of("cmdline", "environ")) {
        String seen = text(Path.of("/proc/" + process.pid() + "/" + file));
        assertThat(seen.contains(value)).as(file + " of " + words(process)).isFalse();
      }
    }
    List<Path> files = new ArrayList<>(Trees.files(satchel.data()));
    files.addAll(Trees.files(satchel.kept().resolve("output")));
    for (Path root : List.of(Path.of("/run/satchel"), Path.of("/dev/shm/satchel-0"))) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> all = Files.walk(root)) {
          files.addAll(all.filter(Files::isRegularFile).toList());
        }
      }
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      assertThat(text(file).contains(value)).as(file.toString()).isFalse();
    }
  }

  @Test
  void secretFilesGoOntoTheHostsTmpfs_andAreGoneWithTheAttempt() throws IOException {
    String id =
        submit(
            "test \"$(cat /run/secrets/f)\" = \"of a file\" && stat -c %a /g && " + WAITS,
            Map.of("secrets", List.of("file")));
    JsonNode _ = satchel.awaitState(id, "running");
    Await.until("it has begun", () -> satchel.log(id).equals("400\nbegun\n"));
    assertThat(remoteFiles(id)).hasSize(2);
    letGo(id);
    assertThat(satchel.awaitEnd(id).path("exit_code").asInt()).isEqualTo(7);
    Await.until("its files are gone", () -> remoteFiles(id).isEmpty());
  }

  private static List<Path> remoteFiles(String workload) {
    List<Path> found = new ArrayList<>();
    for (Path root : List.of(Path.of("/run/satchel"), Path.of("/dev/shm/satchel-0"))) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> all = Files.walk(root)) {
          found.addAll(
              all.filter(path -> path.toString().contains("-remote/"))
                  .filter(path -> path.toString().contains("/" + workload + "-"))
                  .filter(Files::isRegularFile)
                  .toList());
        } catch (IOException | java.io.UncheckedIOException e) {
          // Removed meanwhile.
        }
      }
    }
    return found;
  }

  @Test
  void aTunnelThatIsKilledIsOpenedAgain_andNothingIsLost() {
    String id = running(Map.of("secrets", List.of("file")));
    ProcessHandle tunnel = tunnels().getFirst();
    boolean _ = tunnel.destroyForcibly();
    letGo(id);
    JsonNode _ = ended(id);
    assertThat(tunnels()).hasSize(1).doesNotContain(tunnel);
    Await.until("its files are gone", () -> remoteFiles(id).isEmpty());
  }

  @Test
  void aHostThatIsAwayIsUnseen_andWhatItRanIsSeenToTheEnd() {
    String id = running(Map.of());
    host.stop();
    JsonNode away =
        Await.that(
            "it is unseen",
            () -> satchel.workload(id),
            seen -> seen.path("reason_code").asText().equals("UNSEEN"));
    assertThat(away.path("state").asText()).isEqualTo("running");
    letGo(id);
    Answer refused =
        satchel
            .send("POST", "/v1/workloads", Map.of("image", TestDocker.IMAGE, "credentials", "near"))
            .with(503);
    assertThat(refused.code()).isEqualTo("ENGINE_UNAVAILABLE");
    assertThat(refused.body().path("detail").asText())
        .contains(host.url(), "does not answer at port 22");
    host.start();
    JsonNode _ = ended(id);
  }

  @Test
  void anotherHostKeyIsRefused_andTheRightOneCountsAtOnce() {
    String before = host.hostKey();
    host.stop();
    host.newHostKey();
    host.start();
    assertThat(host.hostKey()).isNotEqualTo(before);
    Answer refused = Await.that("it is refused", this::submitted, it -> said(it, "another key"));
    assertThat(said(refused, "nothing was sent to it")).isTrue();
    assertThat(said(refused, "ssh-keyscan " + host.address())).isTrue();
    Answer _ = store("near", fields(host, docker)).with(200);
    Answer taken = Await.that("it is taken", this::submitted, it -> it.status() == 202);
    JsonNode _ = satchel.awaitEnd(taken.body().path("id").asText());
  }

  @Test
  void aKeyThatTheHostDoesNotTakeIsRefused() {
    Map<String, String> wrong = fields(host, docker);
    wrong.put("private_key", host.otherKey());
    Answer _ = store("near", wrong).with(200);
    satchel.stop();
    satchel.start();
    Answer refused =
        Await.that(
            "it is refused", this::submitted, it -> said(it, "does not take the private_key"));
    assertThat(refused.status()).isEqualTo(503);
    Answer _ = store("near", fields(host, docker)).with(200);
    Answer taken = Await.that("it is taken", this::submitted, it -> it.status() == 202);
    JsonNode _ = satchel.awaitEnd(taken.body().path("id").asText());
  }

  private Answer submitted() {
    return satchel.send(
        "POST",
        "/v1/workloads",
        Map.of("image", TestDocker.IMAGE, "credentials", "near", "command", List.of("true")));
  }

  private static boolean said(Answer refused, String words) {
    return refused.body().path("detail").asText().contains(words);
  }

  @Test
  void whatTheServerMountsDoesNotGetThere_andTheSubmitIsRefused() {
    Run _ = satchel.satchel("volume", "create", "models", "--mount-path", "/models").ok();
    Map<String, Object> models = Map.of("volume", "models");
    Answer volume = refused(Map.of("credentials", "near", "mounts", List.of(models)));
    assertThat(volume.with(422).code()).isEqualTo("UNSUPPORTED");
    assertThat(said(volume, host.url() + " cannot have the cloud_bucket volume \"models\""))
        .isTrue();
    Map<String, Object> bucket =
        Map.of(
            "bucket_name",
            "raw",
            "endpoint_url",
            "http://127.0.0.1:9",
            "force_path_style",
            true,
            "access_key_secret",
            "hf",
            "secret_key_secret",
            "hf");
    Map<String, Object> raw = Map.of("bucket", bucket, "path", "/raw");
    Answer refused = refused(Map.of("credentials", "near", "mounts", List.of(raw)));
    assertThat(refused.with(422).code()).isEqualTo("UNSUPPORTED");
    assertThat(said(refused, host.url() + " cannot have the bucket at /raw")).isTrue();
    assertThat(said(refused, "an rclone on that host is not used")).isTrue();
  }

  private Answer refused(Map<String, Object> more) {
    Map<String, Object> body = new LinkedHashMap<>(Map.of("image", TestDocker.IMAGE));
    body.putAll(more);
    return Await.that(
        "the host is there",
        () -> satchel.send("POST", "/v1/workloads", body),
        it -> it.status() != 503);
  }

  @Test
  void aLocalVolumeStaysOnTheHostOfItsFirstPlacement_andGoesFromThereWhenItIsDeleted() {
    Answer _ = store("far", fields(far, farDocker));
    Answer _ =
        satchel.send(
            "PUT",
            "/v1/credentials/pool",
            Map.of("kind", "cloud", "fields", Map.of("runs_on", "far,near")));
    Run _ =
        satchel
            .satchel("volume", "create", "kept", "--backend", "vast_local", "--size-gb", "1")
            .ok();
    List<Map<String, Object>> mounts = List.of(Map.of("volume", "kept", "path", "/kept"));
    String writer = submit("echo hello >/kept/x", Map.of("mounts", mounts, "user", "1000:1000"));
    assertThat(satchel.awaitEnd(writer).path("state").asText()).isEqualTo("completed");
    assertThat(namedVolumes(docker)).hasSize(1);
    assertThat(readFromPool(mounts)).isEqualTo("hello\n");
    satchel.stop();
    satchel.start(); // Now it knows nothing of which host is which.
    assertThat(readFromPool(mounts)).isEqualTo("hello\n");
    assertThat(namedVolumes(farDocker)).isEmpty();
    Answer elsewhere = refused(Map.of("credentials", "far", "mounts", mounts)).with(409);
    assertThat(elsewhere.code()).isEqualTo("VOLUME_UNREACHABLE");
    assertThat(elsewhere.body().path("have").asText())
        .isEqualTo(hostAt(host).path("machine_id").asText());
    assertThat(elsewhere.body().path("want").asText())
        .isEqualTo(hostAt(far).path("machine_id").asText());
    Answer here = refused(Map.of("mounts", mounts)).with(409);
    assertThat(here.code()).isEqualTo("VOLUME_UNREACHABLE");
    Answer files = satchel.send("GET", "/v1/volumes/kept/files/x", null).with(409);
    assertThat(said(files, "is on the host " + host.url())).isTrue();
    assertThat(satchel.satchel("volume", "show", "kept").ok().out()).contains("bound", host.url());
    Run _ = satchel.satchel("volume", "delete", "kept").ok();
    Await.until("its data is gone", () -> namedVolumes(docker).isEmpty());
    Await.until(
        "it is forgotten", () -> satchel.send("GET", "/v1/volumes/kept", null).status() == 404);
    Answer _ = satchel.send("DELETE", "/v1/credentials/pool", null).with(200);
    Answer _ = satchel.send("DELETE", "/v1/credentials/far", null).with(200);
  }

  private String readFromPool(List<Map<String, Object>> mounts) {
    String reader = submit("cat /kept/x", Map.of("credentials", "pool", "mounts", mounts));
    assertThat(satchel.awaitEnd(reader).path("state").asText()).isEqualTo("completed");
    return satchel.log(reader);
  }

  private static List<String> namedVolumes(TestDocker engine) {
    return engine
        .run("volume", "ls", "--quiet", "--filter", "label=dev.satchel.volume")
        .lines()
        .filter(line -> line.startsWith("satchel-default-")) // Not what other suites left.
        .toList();
  }

  @Test
  void whatRunsThereOutlivesTheServer_andNoTunnelDoes() {
    String id = running(Map.of("secrets", List.of("file")));
    satchel.kill();
    Await.until("the tunnel has ended", () -> tunnels().isEmpty());
    satchel.start();
    letGo(id);
    JsonNode _ = ended(id);
    Await.until("its files are gone", () -> remoteFiles(id).isEmpty());
    satchel.stop();
    assertThat(tunnels()).isEmpty();
    satchel.start();
  }

  @Test
  void whatStayedOfATunnelIsEndedByTheNextServer() {
    String id = running(Map.of());
    ProcessHandle tunnel = tunnels().getFirst();
    ProcessHandle shell = tunnel.parent().orElseThrow();
    List<ProcessHandle> watchers = shell.children().filter(it -> !it.equals(tunnel)).toList();
    assertThat(watchers).hasSize(1);
    boolean _ = watchers.getFirst().destroyForcibly();
    satchel.kill();
    boolean _ = shell.destroyForcibly();
    Installation.pause(Duration.ofMillis(300));
    assertThat(tunnels()).containsExactly(tunnel);
    satchel.start();
    letGo(id);
    JsonNode _ = ended(id);
    assertThat(tunnels()).hasSize(1).doesNotContain(tunnel);
  }
}
