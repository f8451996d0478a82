package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.e2e.Client.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Volumes in an object store that jobs have as directories, through the server as shipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SyncedVolumeTest {
  private static final String BUCKET = "synced";

  @TempDir static Path directory;
  private Seaweed s3;
  private Installation satchel;

  @BeforeAll
  void startService() {
    s3 = new Seaweed(directory);
    s3.put(BUCKET + "/first", ""); // Makes the bucket.
  }

  @AfterAll
  void stopService() {
    if (s3 != null) {
      s3.close();
    }
  }

  @BeforeEach
  void start() {
    Map<String, String> options =
        Map.of(
            "SATCHEL_OBJECT_STORE", "s3://" + BUCKET + "/satchel",
            "SATCHEL_OBJECT_STORE_ENDPOINT", s3.endpoint(),
            "SATCHEL_OBJECT_STORE_PATH_STYLE", "true",
            "SATCHEL_OBJECT_STORE_KEY_ID_FILE", key("key-id", s3.accessKey),
            "SATCHEL_OBJECT_STORE_SECRET_FILE", key("secret", s3.secretKey));
    satchel =
        new Installation("synced", "--grace", "2", "--retry-back-off-ms", "50") {
          @Override
          Map<String, String> serverEnvironment() {
            Map<String, String> environment = super.serverEnvironment();
            environment.putAll(options);
            environment.put("PATH", Seaweed.tools() + ":" + System.getenv("PATH"));
            if (TestDocker.isThere()) {
              environment.put("DOCKER_HOST", TestDocker.needed().host());
              environment.put("DOCKER_CONFIG", "/nonexistent");
            }
            return environment;
          }
        };
    satchel.start();
    assertThat(satchel.satchel("volume", "create", "v", "--mount-path", "/satchel-e2e-v").code())
        .isZero();
  }

  private static String key(String name, String value) {
    try {
      return Files.writeString(directory.resolve(name), value + "\n").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    satchel.close();
    assertThat(copying()).isEmpty();
  }

  private List<String> copying() {
    String below = satchel.data().resolve("synced") + "/";
    return ProcessHandle.allProcesses()
        .map(process -> Remains.commandLine(process.pid()))
        .filter(words -> words.contains("--s3-env-auth") && words.contains(below))
        .toList();
  }

  private String submit(String script, Map<String, Object> more) {
    Map<String, Object> mount = new HashMap<>(Map.of("volume", "v", "sync", true));
    mount.putAll(more);
    return satchel.submit(script, Map.of("mounts", List.of(mount)));
  }

  private JsonNode ended(String id, String state) {
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo(state);
    return ended;
  }

  private String object(String path) {
    String id = satchel.send("GET", "/v1/volumes/v", null).body().path("volume_id").asText();
    return s3.get(BUCKET + "/satchel/volumes/" + id + "/" + path);
  }

  @Test
  void whatOneJobChangesAnotherHas_whetherItIsOldOrNew_andKeysAreNowhere() {
    try (ProcessSampler sampler = new ProcessSampler(Marker.OF_THIS_RUN)) {
      Run first =
          satchel.satchel(
              "run",
              "--volume",
              "v:sync",
              "--",
              "sh",
              "-ec",
              "cd /satchel-e2e-v; mkdir -p in/deep;"
                  + " for i in $(seq 300); do echo $i >in/deep/$i; done");
      assertThat(first.code()).as(first.err()).isZero();
      assertThat(object("in/deep/300")).isEqualTo("300\n");
      ended(
          submit(
              "cd /satchel-e2e-v/in/deep; touch -r 7 when; echo X >7; touch -r when 7; rm when 8",
              Map.of()),
          "completed");
      assertThat(sampler.stop()).isEmpty();
    }
    String last =
        submit(
            "cd /part; ls | wc -l; cat 7; cat 9; ls 8; echo no >no || echo read-only",
            Map.of("path", "/part", "subdirectory", "in/deep", "read_only", true));
    ended(last, "completed");
    assertThat(satchel.log(last).lines())
        .contains("299", "X", "9", "read-only")
        .anyMatch(line -> line.startsWith("ls: "));
    assertThat(satchel.satchel("status", last).out())
        .contains("v/in/deep at /part (read-only) (synchronised)");
  }

  @Test
  void aContainerHasItToo() {
    TestDocker _ = TestDocker.needed();
    Map<String, Object> mount = Map.of("volume", "v", "path", "/data", "sync", true);
    Map<String, Object> more = Map.of("mounts", List.of(mount), "image", TestDocker.IMAGE);
    ended(satchel.submit("echo boxed >/data/x", more), "completed");
    assertThat(object("x")).isEqualTo("boxed\n");
  }

  @Test
  void aServerThatIsKilledWhileAJobRunsAndWhileItIsWritten_losesNothing() {
    String id =
        submit(
            "cd /satchel-e2e-v; for i in $(seq 1500); do echo $i >$i; done; echo begun;"
                + " until [ -e go ]; do sleep 0.1; done; rm go",
            Map.of());
    Await.until("it has begun", () -> satchel.log(id).contains("begun"));
    satchel.kill();
    satchel.start();
    Path shown = satchel.data().resolve("synced").resolve(id + "-1-100/shown");
    try {
      Files.writeString(shown.resolve("go"), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until("it is written", () -> !copying().isEmpty());
    assertThat(satchel.send("GET", "/v1/workloads/" + id, null).body().path("state").asText())
        .isIn("running", "finalizing");
    satchel.kill();
    satchel.start();
    ended(id, "completed");
    String count =
        submit("cd /satchel-e2e-v; ls | wc -l; cat * | sort -n | uniq | wc -l", Map.of());
    ended(count, "completed");
    assertThat(satchel.log(count)).isEqualTo("1500\n1500\n");
    assertThat(satchel.data().resolve("synced")).isEmptyDirectory();
  }

  @Test
  void twoAtOnceKeepWhatBothWrote_andALinkIsNamed() {
    String wait = "cd /satchel-e2e-v; sleep 1; for i in $(seq 50); do echo $i >";
    String one = submit(wait + "one-$i; done", Map.of());
    String other = submit(wait + "other-$i; done; ln -s one-1 alink", Map.of());
    ended(one, "completed");
    JsonNode failed = ended(other, "failed");
    assertThat(failed.path("reason").asText())
        .contains("links", "alink", "It is in ")
        .contains("the volume \"v\"");
    String count = submit("ls /satchel-e2e-v | wc -l", Map.of());
    ended(count, "completed");
    assertThat(satchel.log(count)).isEqualTo("100\n");
    assertBucketsAreNot();
  }

  private void assertBucketsAreNot() {
    Map<String, Object> bucket =
        Map.of(
            "bucket_name", "raw",
            "endpoint_url", s3.endpoint(),
            "access_key_secret", "a",
            "secret_key_secret", "b");
    Map<String, Object> mount = Map.of("bucket", bucket, "path", "/raw", "sync", true);
    Answer refused =
        satchel.send(
            "POST",
            "/v1/workloads",
            Map.of("kind", "job", "command", List.of("true"), "mounts", List.of(mount)));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().path("field").asText()).isEqualTo("mounts[0].sync");
    assertThat(refused.body().path("detail").asText()).contains("for volumes");
  }
}
