package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.e2e.Client.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Buckets through jobs of every kind, through what dies, and what is left of them: nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BucketTest {
  @TempDir static Path directory;
  private Seaweed s3;
  private Installation satchel;

  @BeforeAll
  void startService() {
    s3 = new Seaweed(directory);
  }

  @AfterAll
  void stopService() {
    if (s3 != null) {
      s3.close();
    }
  }

  @BeforeEach
  void start() {
    satchel =
        new Installation(
            "buckets",
            "--grace",
            "2",
            "--retry-back-off-ms",
            "50",
            "--bucket-endpoints",
            "127.0.0.1",
            "--bucket-unwritten-mb",
            "20") {
          @Override
          Map<String, String> serverEnvironment() {
            Map<String, String> environment = super.serverEnvironment();
            environment.put("PATH", Seaweed.tools() + ":" + System.getenv("PATH"));
            if (TestDocker.isThere()) {
              environment.put("DOCKER_HOST", TestDocker.needed().host());
              environment.put("DOCKER_CONFIG", "/nonexistent");
            }
            return environment;
          }
        };
    satchel.start();
    Answer _ =
        satchel
            .admin()
            .put(
                "r2",
                Map.of("AWS_ACCESS_KEY_ID", s3.accessKey, "AWS_SECRET_ACCESS_KEY", s3.secretKey));
  }

  @AfterEach
  void stop() {
    satchel.close();
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() {
    String of = satchel.data().resolve("buckets").toString();
    Await.until(
        "nothing is mounted", () -> !Installation.text(Path.of("/proc/mounts")).contains(of));
    Await.until(
        "nothing serves a mount",
        () ->
            ProcessHandle.allProcesses()
                .noneMatch(process -> Remains.commandLine(process.pid()).contains(of)));
  }

  private Map<String, Object> bucket(String name, String prefix, String path) {
    Map<String, Object> bucket = new HashMap<>();
    bucket.put("bucket_name", name);
    bucket.put("prefix", prefix);
    bucket.put("endpoint_url", s3.endpoint());
    bucket.put("force_path_style", true);
    bucket.put("access_key_secret", "r2/AWS_ACCESS_KEY_ID");
    bucket.put("secret_key_secret", "r2/AWS_SECRET_ACCESS_KEY");
    return Map.of("bucket", bucket, "path", path);
  }

  private Map<String, Object> mounts(String name, String prefix) {
    return Map.of("mounts", List.of(bucket(name, prefix, "/satchel-e2e-raw")));
  }

  private void awaitMountsGone() {
    Await.until("the directories are gone", () -> mountDirectories().isEmpty());
  }

  private List<Path> mountDirectories() {
    return Trees.list(satchel.data().resolve("buckets")).stream()
        .filter(each -> String.valueOf(each.getFileName()).matches("[a-z0-9]+-[0-9]+-[0-9]+"))
        .toList();
  }

  @Test
  void whatJobsOfEveryKindWriteIsInTheBucketWhenTheyHaveEnded_andNoKeyIsSeen() {
    s3.put("raw/in/a.txt", "from outside\n");
    String option = "raw/in:/satchel-e2e-raw,endpoint=" + s3.endpoint() + ",path-style,keys=r2";
    try (ProcessSampler sampler = new ProcessSampler(Marker.OF_THIS_RUN)) {
      Run admins =
          satchel.satchel(
              "run",
              "--bucket",
              option,
              "--",
              "sh",
              "-c",
              "cat /satchel-e2e-raw/a.txt; echo admin >/satchel-e2e-raw/b.txt");
      assertThat(admins.code()).as(admins.err()).isZero();
      assertThat(admins.out()).isEqualTo("from outside\n");
      assertThat(s3.get("raw/in/b.txt")).isEqualTo("admin\n");
      assertThat(Path.of("/satchel-e2e-raw")).doesNotExist();
      String token =
          satchel
              .send(
                  "POST",
                  "/v1/tokens",
                  Map.of("name", "r", "roles", List.of("runner"), "uses", List.of("r2")))
              .body()
              .path("token")
              .asText();
      String id =
          satchel
              .as(token)
              .submit(
                  "cat /satchel-e2e-raw/b.txt; echo runner >>/satchel-e2e-raw/b.txt; env",
                  mounts("raw", "in/"));
      JsonNode ended = satchel.awaitEnd(id);
      assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
      assertThat(satchel.log(id)).startsWith("admin\n").doesNotContain("AWS_");
      String mounted = satchel.submit("sleep 300", mounts("raw", "in/"));
      satchel.awaitState(mounted, "running");
      Sweep files = new Sweep(Marker.OF_THIS_RUN);
      assertThat(files.below(satchel.kept(), Set.of())).as("while it is mounted").isEmpty();
      assertThat(files.files()).isGreaterThan(5);
      Answer _ = satchel.send("DELETE", "/v1/workloads/" + mounted, null);
      JsonNode _ = satchel.awaitEnd(mounted);
      assertThat(s3.get("raw/in/b.txt")).isEqualTo("admin\nrunner\n");
      assertThat(ended.path("mounts").path(0).path("bucket").path("access_key_secret").asText())
          .isEqualTo("r2/AWS_ACCESS_KEY_ID");
      assertThat(sampler.stop()).isEmpty();
      assertThat(sampler.mounts()).as("mounts that were looked at").isPositive();
    }
    awaitMountsGone();
  }

  @Test
  void aContainerHasItsBucket_alsoAfterItsMountWasKilled() throws IOException {
    TestDocker _ = TestDocker.needed();
    s3.put("boxed/a.txt", "from outside\n");
    Map<String, Object> more = new HashMap<>(mounts("boxed", ""));
    more.put("image", TestDocker.IMAGE);
    String id =
        satchel.submit(
            "cat /satchel-e2e-raw/a.txt; echo one >/satchel-e2e-raw/one;"
                + " until [ -e /satchel-e2e-raw/go ]; do sleep 0.2; done;"
                + " echo two >/satchel-e2e-raw/two && echo done",
            more);
    Await.until("it has begun", () -> satchel.log(id).contains("from outside"));
    killMount();
    s3.put("boxed/go", "");
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
    assertThat(s3.get("boxed/one") + s3.get("boxed/two")).isEqualTo("one\ntwo\n");
    awaitMountsGone();
  }

  /** Kills what serves the only mount, as an operator or the kernel might. */
  private void killMount() throws IOException {
    Path mount = mountDirectories().getFirst();
    String words = Files.readString(mount.resolve("process"));
    long pid = Long.parseLong(words.lines().findFirst().orElseThrow());
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    Await.until(
        "it is mounted again",
        () -> {
          try {
            return !Files.readString(mount.resolve("process")).equals(words)
                && Files.isReadable(mount.resolve("shown"));
          } catch (IOException e) {
            return false;
          }
        });
  }

  @Test
  void aJobKeepsItsBucketWhileTheServerAndTheMountDieAndComeBack() throws IOException {
    s3.put("kept/a.txt", "from outside\n");
    String id =
        satchel.submit(
            "cat /satchel-e2e-raw/a.txt; echo one >/satchel-e2e-raw/one;"
                + " until [ -e /satchel-e2e-raw/go ]; do sleep 0.2; done;"
                + " echo two >/satchel-e2e-raw/two && echo done",
            mounts("kept", ""));
    Await.until("it has begun", () -> satchel.log(id).contains("from outside"));
    satchel.kill();
    Await.until(
        "without a server, what was written is uploaded", () -> !s3.get("kept/one").isEmpty());
    satchel.start();
    assertThat(satchel.satchel("secrets", "delete", "r2").code()).isEqualTo(7);
    killMount();
    s3.put("kept/go", "");
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
    assertThat(satchel.log(id)).endsWith("done\n");
    assertThat(s3.get("kept/one") + s3.get("kept/two")).isEqualTo("one\ntwo\n");
    awaitMountsGone();
  }

  @Test
  void aServerThatDiedWhileItsJobEndedStillDrainsAndUnmounts() {
    s3.put("late/a.txt", "from outside\n");
    String id =
        satchel.submit(
            "until [ -e /satchel-e2e-raw/a.txt ]; do sleep 0.1; done; sleep 1;"
                + " head -c 3000000 /dev/zero >/satchel-e2e-raw/zeros",
            mounts("late", ""));
    satchel.awaitState(id, "running");
    satchel.kill();
    Installation.pause(java.time.Duration.ofSeconds(2));
    satchel.start();
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
    assertThat(s3.get("late/zeros")).hasSize(3_000_000);
    awaitMountsGone();
  }

  /** Names of hosts are looked up in a file of the test's own, which its server alone sees. */
  @Test
  void aBucketThatIsTheNameBeforeItsHostIsMountedToo() throws IOException {
    s3.put("hosted/a.txt", "from outside\n");
    Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 hosted.s3.test\n");
    Installation within =
        new Installation("buckets-hosted") {
          @Override
          Map<String, String> serverEnvironment() {
            Map<String, String> environment = super.serverEnvironment();
            environment.put("PATH", Seaweed.tools() + ":" + System.getenv("PATH"));
            return environment;
          }
        }.within(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount --bind " + hosts + " /etc/hosts && exec \"$@\"",
                "sh"));
    within.start();
    try {
      Answer _ =
          within
              .admin()
              .put(
                  "r2",
                  Map.of("AWS_ACCESS_KEY_ID", s3.accessKey, "AWS_SECRET_ACCESS_KEY", s3.secretKey));
      Map<String, Object> bucket = new HashMap<>();
      bucket.put("bucket_name", "hosted");
      bucket.put("endpoint_url", "http://s3.test:" + s3.port());
      bucket.put("access_key_secret", "r2/AWS_ACCESS_KEY_ID");
      bucket.put("secret_key_secret", "r2/AWS_SECRET_ACCESS_KEY");
      String id =
          within.submit(
              "cat /satchel-e2e-raw/a.txt; echo back >/satchel-e2e-raw/b.txt",
              Map.of("mounts", List.of(Map.of("bucket", bucket, "path", "/satchel-e2e-raw"))));
      JsonNode ended = within.awaitEnd(id);
      assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
      assertThat(within.log(id)).isEqualTo("from outside\n");
      assertThat(s3.get("hosted/b.txt")).isEqualTo("back\n");
    } finally {
      within.close();
    }
  }

  @Test
  void aJobThatWritesMoreThanMayWaitIsEnded_andSaysWhy() {
    s3.put("full/a.txt", "from outside\n");
    String id =
        satchel.submit(
            "(for i in $(seq 40); do head -c 1000000 /dev/zero; echo $i >&2; done; sleep 300)"
                + " >/satchel-e2e-raw/zeros",
            mounts("full", ""));
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("errored");
    assertThat(ended.path("reason_code").asText()).isEqualTo("BUCKET_FULL");
    int written = 1_000_000 * (int) satchel.log(id).lines().count(); // And perhaps one half more.
    assertThat(s3.get("full/zeros")).hasSizeBetween(Math.max(written, 20_000_001), 40_000_000);
    awaitMountsGone();
  }

  @Test
  void whatIsWrongWithABucketIsSaidBeforeAnythingStarts() {
    String id = satchel.submit("true", mounts("nothing-there", ""));
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).isEqualTo("failed");
    assertThat(ended.path("reason_code").asText()).isEqualTo("MOUNT_FAILED");
    assertThat(ended.path("reason").asText())
        .isEqualTo(
            "The bucket nothing-there cannot be mounted: there is no bucket of that name at "
                + s3.endpoint()
                + ".");
    Map<String, Object> wrong = new HashMap<>(bucket("raw", "", "/satchel-e2e-raw"));
    @SuppressWarnings("unchecked")
    Map<String, Object> inner = new HashMap<>((Map<String, Object>) wrong.get("bucket"));
    inner.put("access_key_secret", "r2/NO_SUCH");
    wrong.put("bucket", inner);
    Answer refused =
        satchel.send(
            "POST", "/v1/workloads", Map.of("command", List.of("true"), "mounts", List.of(wrong)));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body().path("name").asText()).isEqualTo("r2");
    awaitMountsGone();
  }
}
