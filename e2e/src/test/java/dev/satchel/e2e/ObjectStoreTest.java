package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.e2e.Client.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Volumes in the server's object store, through the server and the command line as shipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ObjectStoreTest {
  private static final String BUCKET = "of-the-server";
  private static final String STORE = "s3://" + BUCKET + "/satchel";

  @TempDir static Path directory;
  private Seaweed s3;
  private Installation satchel;
  private final Map<String, String> options = new HashMap<>();
  private final List<Gate> gates = new ArrayList<>();

  @BeforeAll
  void startService() {
    s3 = new Seaweed(directory);
    s3.put(BUCKET + "/first", ""); // Makes the bucket.
    options.put("SATCHEL_OBJECT_STORE", STORE + "/");
    options.put("SATCHEL_OBJECT_STORE_ENDPOINT", s3.endpoint());
    options.put("SATCHEL_OBJECT_STORE_PATH_STYLE", "true");
    options.put("SATCHEL_OBJECT_STORE_KEY_ID_FILE", key("key-id", s3.accessKey));
    options.put("SATCHEL_OBJECT_STORE_SECRET_FILE", key("secret", s3.secretKey));
  }

  private static String key(String name, String value) {
    try {
      return Files.writeString(directory.resolve(name), value + "\n").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  void stopService() {
    if (s3 != null) {
      s3.close();
    }
  }

  /** A server that takes the options of the moment at each start. */
  private Installation installation(Map<String, String> of) {
    return new Installation("objects", "--grace", "2", "--retry-back-off-ms", "50") {
      @Override
      Map<String, String> serverEnvironment() {
        Map<String, String> environment = super.serverEnvironment();
        environment.putAll(of);
        environment.put("PATH", Seaweed.tools() + ":" + System.getenv("PATH"));
        if (TestDocker.isThere()) {
          environment.put("DOCKER_HOST", TestDocker.needed().host());
          environment.put("DOCKER_CONFIG", "/nonexistent");
        }
        return environment;
      }
    };
  }

  @BeforeEach
  void start() {
    satchel = installation(options);
  }

  @AfterEach
  void stop() {
    satchel.close();
    gates.forEach(Gate::close);
    String of = satchel.data().resolve("buckets").toString();
    Await.until(
        "nothing is mounted", () -> !Installation.text(Path.of("/proc/mounts")).contains(of));
  }

  private static Run ok(Run run) {
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private String create(String name) {
    ok(satchel.satchel("volume", "create", name, "--mount-path", "/satchel-e2e-" + name));
    return volume(name).path("volume_id").asText();
  }

  private JsonNode volume(String name) {
    return satchel.send("GET", "/v1/volumes/" + name, null).body();
  }

  private static String object(String id, String path) {
    return BUCKET + "/satchel/volumes/" + id + "/" + path;
  }

  private static Map<String, Object> mounts(Map<String, Object> mount) {
    return Map.of("mounts", List.of(mount));
  }

  private void completed(String id) {
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
  }

  @Test
  void whatOneJobWritesAnotherReads_andItIsInTheStoreOnceTheFirstHasEnded() throws IOException {
    satchel.start();
    String id = create("models");
    byte[] in = "from outside\n".getBytes(StandardCharsets.UTF_8);
    ok(satchel.satchel(in, "volume", "put", "models", "-", "in/a.txt"));
    assertThat(s3.get(object(id, "in/a.txt"))).isEqualTo("from outside\n");
    try (ProcessSampler sampler = new ProcessSampler(Marker.OF_THIS_RUN)) {
      Run first =
          ok(
              satchel.satchel(
                  "run",
                  "--volume",
                  "models",
                  "--",
                  "sh",
                  "-c",
                  "cat /satchel-e2e-models/in/a.txt; cd /satchel-e2e-models; mkdir -p out;"
                      + " for i in 1 2 3 4 5; do echo $i >out/$i; done"));
      assertThat(first.out()).isEqualTo("from outside\n");
      assertThat(s3.get(object(id, "out/5"))).isEqualTo("5\n");
      String second =
          satchel.submit(
              "cat /part/1; echo no >/part/no || echo read-only",
              mounts(
                  Map.of(
                      "volume",
                      "models",
                      "path",
                      "/part",
                      "read_only",
                      true,
                      "subdirectory",
                      "out")));
      completed(second);
      assertThat(satchel.log(second)).startsWith("1\n").endsWith("read-only\n");
      assertThat(sampler.stop()).isEmpty();
    }
    assertThat(ok(satchel.satchel("volume", "ls", "models", "-q")).out()).isEqualTo("in\nout\n");
    ok(satchel.satchel("volume", "cp", "models:out/2", "models:copy"));
    Path got = satchel.home().resolve("got");
    ok(satchel.satchel("volume", "get", "models", "out", got.toString()));
    assertThat(got.resolve("4")).hasContent("4\n");
    assertThat(satchel.satchel("volume", "get", "models", "copy", "-").out()).isEqualTo("2\n");
    ok(satchel.satchel("volume", "rm", "models", "-r", "out"));
    assertThat(s3.get(object(id, "out/5"))).isEmpty();
    ok(satchel.satchel("volume", "delete", "models"));
    Await.until("it is gone", () -> volume("models").path("code").asText().endsWith("NOT_FOUND"));
    assertThat(s3.get(object(id, "in/a.txt")) + s3.get(object(id, "copy"))).isEmpty();
    assertThat(satchel.data().resolve("volumes/data")).isEmptyDirectory();
  }

  @Test
  void aContainerHasItToo() {
    TestDocker _ = TestDocker.needed();
    satchel.start();
    String id = create("boxed");
    Map<String, Object> more = new HashMap<>(mounts(Map.of("volume", "boxed", "path", "/data")));
    more.put("image", TestDocker.IMAGE);
    completed(satchel.submit("echo boxed >/data/x", more));
    assertThat(s3.get(object(id, "x"))).isEqualTo("boxed\n");
  }

  @Test
  void aJobKeepsItsVolumeWhileTheServerAndTheMountDieAndComeBack() throws IOException {
    satchel.start();
    String id = create("kept");
    String job =
        satchel.submit(
            "echo one >/satchel-e2e-kept/one; echo begun;"
                + " until [ -e /satchel-e2e-kept/go ]; do sleep 0.2; done;"
                + " echo two >/satchel-e2e-kept/two",
            mounts(Map.of("volume", "kept")));
    Await.until("it has begun", () -> satchel.log(job).contains("begun"));
    satchel.kill();
    satchel.start();
    assertThat(satchel.satchel("volume", "delete", "kept").code()).isEqualTo(7);
    killMount();
    s3.put(object(id, "go"), "");
    completed(job);
    assertThat(s3.get(object(id, "one")) + s3.get(object(id, "two"))).isEqualTo("one\ntwo\n");
  }

  /** Kills what serves the only mount, and waits until another does. */
  private void killMount() throws IOException {
    Path mount =
        Trees.list(satchel.data().resolve("buckets")).stream()
            .filter(each -> String.valueOf(each.getFileName()).matches("[a-z0-9]+-[0-9]+-[0-9]+"))
            .findFirst()
            .orElseThrow();
    Path process = mount.resolve("process");
    String words = Files.readString(process);
    long pid = Long.parseLong(words.lines().findFirst().orElseThrow());
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    Await.until(
        "it is mounted again",
        () -> Files.exists(process) && !Installation.text(process).equals(words));
  }

  @Test
  void aVolumeStaysWhereItWasMade_andIsReachedOnceTheServerHasItsStoreAgain() {
    Map<String, String> now = new HashMap<>();
    satchel = installation(now);
    satchel.start();
    create("disk");
    byte[] in = "on disk\n".getBytes(StandardCharsets.UTF_8);
    ok(satchel.satchel(in, "volume", "put", "disk", "-", "a"));
    satchel.stop();
    now.putAll(options);
    satchel.start();
    assertThat(ok(satchel.satchel("run", "--volume", "disk", "--", "cat", "/satchel-e2e-disk/a")))
        .extracting(Run::out)
        .isEqualTo("on disk\n");
    String id = create("objects");
    ok(satchel.satchel(in, "volume", "put", "objects", "-", "a"));
    satchel.stop();
    now.clear();
    satchel.start();
    assertThat(volume("objects").path("status").asText()).isEqualTo("unreachable");
    Answer refused = satchel.send("GET", "/v1/volumes/objects/files/a", null);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().path("code").asText()).isEqualTo("VOLUME_UNREACHABLE");
    assertThat(refused.body().path("have").asText()).isEqualTo(STORE + " at " + s3.endpoint());
    assertThat(satchel.satchel("run", "--volume", "objects", "--", "true").err()).contains(STORE);
    ok(satchel.satchel("volume", "delete", "objects"));
    assertThat(volume("objects").path("status").asText()).isEqualTo("deleting");
    satchel.stop();
    now.putAll(options);
    satchel.start();
    Await.until("it is gone", () -> volume("objects").path("code").asText().endsWith("NOT_FOUND"));
    assertThat(s3.get(object(id, "a"))).isEmpty();
  }

  @Test
  void aServerStartsWhileItsStoreIsAway_andAllComesRightOnceThatIsBack() {
    Map<String, String> through = new HashMap<>(options);
    Gate gate = new Gate(s3.port());
    gates.add(gate);
    through.put("SATCHEL_OBJECT_STORE_ENDPOINT", gate.endpoint());
    satchel = installation(through);
    satchel.start();
    String id = create("away");
    satchel.stop();
    gate.shut();
    satchel.start();
    Answer refused = satchel.send("GET", "/v1/volumes/away/files/a", null);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.body().path("code").asText()).isEqualTo("OBJECT_STORE_UNAVAILABLE");
    assertThat(satchel.satchel(new byte[0], through, "doctor").out()).contains("cannot be reached");
    String job = satchel.submit("echo back >/satchel-e2e-away/x", mounts(Map.of("volume", "away")));
    Await.until("it waits", () -> satchel.workload(job).toString().contains("cannot be reached"));
    gate.open();
    completed(job);
    assertThat(s3.get(object(id, "x"))).isEqualTo("back\n");
  }

  @Test
  void aStoreThatCannotBeUsedIsSaidToBeAtTheStart_andByTheDoctor() {
    Map<String, String> wrong = new HashMap<>(options);
    wrong.put("SATCHEL_OBJECT_STORE", "s3://nothing-there/x");
    satchel = installation(wrong);
    Run refused = satchel.startRefused();
    assertThat(refused.code()).isNotZero();
    assertThat(refused.err())
        .contains(
            "The bucket nothing-there/x cannot keep volumes (--object-store): there is no bucket of"
                + " that name at "
                + s3.endpoint());
    assertThat(satchel.satchel(new byte[0], wrong, "doctor").out())
        .contains("object store")
        .contains("there is no bucket of that name");
    assertThat(satchel.satchel(new byte[0], options, "doctor").out())
        .contains(STORE + " can be written");
    satchel = installation(options); // Whose start is not refused.
    satchel.start();
  }
}
