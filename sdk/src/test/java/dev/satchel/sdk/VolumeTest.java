package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.api.VolumeItem;
import dev.satchel.sdk.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Volumes by their handles, against a real server. */
@TestInstance(Lifecycle.PER_CLASS)
final class VolumeTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private RunningServer server;
  private Satchel satchel;

  @BeforeAll
  void start(@TempDir Path directory) {
    server = new RunningServer(directory);
    satchel = server.client().build();
  }

  @AfterAll
  void stop() {
    satchel.close();
    server.close();
  }

  private static String outputOf(Workload job) throws IOException {
    try (LogStream logs = job.logs()) {
      return new String(logs.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aHandleAsksNobody() throws IOException {
    try (Answering nobody = Answering.with(500, "{}");
        Satchel asked = nobody.client().build()) {
      Volume plain = Volume.fromName("models", v -> v.mountPath("/m").sizeGb(3), asked);
      assertThat(plain.name()).isEqualTo("models");
      assertThat(plain.backend()).isEqualTo("cloud_bucket");
      assertThat(plain.sizeGb()).isEqualTo(3);
      assertThat(plain.mountPath()).isEqualTo("/m");
      assertThat(plain.volumeId()).isNull();
      assertThat(plain.machineId()).isNull();
      assertThat(plain.mountPathDefault()).isNull();
      assertThat(plain.status()).isNull();
      assertThat(nobody.asked()).isEmpty();
    }
  }

  @Test
  void aMountIsACopy() {
    Volume volume = Volume.fromName("models");
    Volume there = volume.mountedAt("/a").readOnly().subdirectory("v2");
    assertThat(volume.mountPath()).isNull();
    assertThat(volume.mount("/a").readOnly().subdirectory("v2")).isEqualTo(there);
    assertThat(there).hasToString("Volume[models, cloud_bucket at /a, read-only]");
    assertThat(Json.write(there.reference()))
        .isEqualTo(
            "{\"volume\":\"models\",\"path\":\"/a\",\"read_only\":true,\"subdirectory\":\"v2\"}");
    assertThat(Json.write(volume.reference())).isEqualTo("{\"volume\":\"models\"}");
    assertThat(Json.write(volume.synced().mountedAt("/a").readOnly().subdirectory("v").reference()))
        .endsWith("\"sync\":true}");
    assertThat(volume.synced())
        .isNotEqualTo(volume)
        .hasToString("Volume[models, cloud_bucket, synced]");
    assertThat(Json.write(Volume.vastLocal("s", 50, "/s").reference()))
        .isEqualTo(
            "{\"volume\":\"s\",\"path\":\"/s\","
                + "\"create\":{\"backend\":\"vast_local\",\"size_gb\":50}}");
    assertThat(Volume.vastLocal("s", 50).mountedAt("/s"))
        .isEqualTo(Volume.vastLocal("s", 50, "/s"));
    assertThat(Volume.cloud("c", "/c")).isEqualTo(Volume.cloud("c").mount("/c"));
  }

  @Test
  void createIfMissingIsOneRequest() throws IOException {
    try (Answering once = Answering.with(201, "{\"name\":\"models\",\"backend\":\"b\"}");
        Satchel asked = once.client().build()) {
      Volume made = Volume.fromName("models", v -> v.createIfMissing().mountPath("/m"), asked);
      assertThat(made.backend()).isEqualTo("b");
      assertThat(made.mountPath()).isEqualTo("/m");
      assertThat(once.asked())
          .extracting(Answering.Asked::method, Answering.Asked::target, Answering.Asked::body)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(
                  "POST",
                  "/v1/volumes",
                  "{\"name\":\"models\",\"backend\":\"cloud_bucket\",\"create_if_missing\":true}"));
    }
  }

  @Test
  void withinARunningAttemptNothingIsMade() throws IOException {
    System.setProperty(RunningAttempt.PROPERTY, "here");
    try (Answering nobody = Answering.with(500, "{}");
        Satchel asked = nobody.client().build()) {
      assertThat(Volume.fromName("models", v -> v.createIfMissing(), asked).name())
          .isEqualTo("models");
      assertThat(nobody.asked()).isEmpty();
    } finally {
      System.clearProperty(RunningAttempt.PROPERTY);
    }
  }

  /** As a job that runs {@code java -jar}: of an attempt it has the environment alone. */
  @Test
  void aJobThatStartsAJvmOfItsOwnMakesNothingAnew() {
    Workload job =
        satchel.submit(
            s ->
                s.command(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    Declaring.class.getName(),
                    "declared-in-a-job"));
    try (LogStream logs = job.logs()) {
      assertThat(logs.lines()).containsExactly("declared declared-in-a-job");
    }
    assertThat(job.await(Duration.ofSeconds(60)).state()).isEqualTo("completed");
    assertThatThrownBy(() -> satchel.volumes().get("declared-in-a-job"))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void oneThatIsThereWillDoUnlessItIsAnother() {
    Volume made = Volume.fromName("again", v -> v.createIfMissing().sizeGb(3), satchel);
    Volume found = Volume.fromName("again", v -> v.createIfMissing(), satchel);
    assertThat(found.volumeId()).isNotNull().isEqualTo(made.volumeId());
    assertThat(found.sizeGb()).isEqualTo(3);
    assertThatThrownBy(() -> Volume.fromName("again", v -> v.createIfMissing().sizeGb(4), satchel))
        .isInstanceOfSatisfying(
            Incompatible.class,
            no -> {
              assertThat(no.field()).isEqualTo("size_gb");
              assertThat(no.have()).isEqualTo("3");
              assertThat(no.want()).isEqualTo("4");
            });
    assertThatThrownBy(
            () ->
                Volume.fromName(
                    "again",
                    v -> v.createIfMissing().backend(Volume.VAST_LOCAL).sizeGb(3),
                    satchel))
        .isInstanceOfSatisfying(
            Incompatible.class, no -> assertThat(no.field()).isEqualTo("backend"));
    assertThat(satchel.volumes().get("again").sizeGb()).isEqualTo(3);
    assertThatThrownBy(() -> Volume.create("again", v -> {}, satchel))
        .isInstanceOf(AlreadyExists.class);
  }

  @Test
  void whatTheServerKeepsIsToldShownListedAndDeleted() {
    Volume made =
        Volume.create(
            "kept",
            v ->
                v.backend(Volume.VAST_LOCAL)
                    .sizeGb(1)
                    .mountPathDefault("/kept")
                    .geolocation("eu", "us"),
            satchel);
    assertThat(made.status()).isEqualTo("reserved");
    assertThat(made.mountPathDefault()).isEqualTo("/kept");
    assertThat(made.geolocation()).containsExactly("eu", "us");
    VolumeItem item = satchel.volumes().get("kept");
    assertThat(item.volumeId()).isEqualTo(made.volumeId());
    assertThat(Volume.list(satchel)).contains(made);
    assertThat(satchel.volumes().list()).contains(item);
    VolumeResponse gone = made.delete();
    assertThat(gone.name()).isEqualTo("kept");
    assertThat(gone.volumeId()).isEqualTo(made.volumeId());
    assertThat(gone.workloadIds()).isEmpty();
    assertThatThrownBy(made::delete)
        .isInstanceOfSatisfying(NotFound.class, no -> assertThat(no.name()).isEqualTo("kept"));
  }

  @Test
  void aJobMountsWhatItIsGivenAndWhatIsMissingIsMade() throws IOException {
    Volume cloud = Volume.cloud("data", "/satchel-sdk-data");
    Workload writer =
        satchel.submit(
            s ->
                s.command("sh", "-c", "echo kept >/satchel-sdk-data/x; echo 2 >/satchel-sdk-b/y")
                    .volumes(cloud, Volume.vastLocal("disk", 1, "/satchel-sdk-b")));
    assertThat(writer.await(SOON).state()).isEqualTo("completed");
    assertThat(satchel.volumes().get("disk").machineId()).isNotNull();
    Workload reader =
        satchel.submit(
            s ->
                s.command("sh", "-c", "cat /satchel-sdk-c/x; touch /satchel-sdk-c/z || echo no")
                    .volumes(Volume.fromName("data").mountedAt("/satchel-sdk-c").readOnly()));
    assertThat(outputOf(reader)).startsWith("kept\n").endsWith("no\n");
  }

  @Test
  void aVolumeInUseIsNotDeleted() {
    Volume used = Volume.create("used", v -> v.mountPathDefault("/satchel-sdk-used"), satchel);
    Workload job = satchel.submit(s -> s.command("sleep", "60").volumes(used));
    assertThatThrownBy(used::delete)
        .isInstanceOfSatisfying(
            InUse.class, no -> assertThat(no.users()).containsExactly(job.id()));
    job.terminate();
  }

  @Test
  void anAddressAloneAsksThatServer() {
    assertThatThrownBy(() -> Volume.list(URI.create("http://127.0.0.1:1")))
        .isInstanceOf(SatchelException.class);
  }
}
