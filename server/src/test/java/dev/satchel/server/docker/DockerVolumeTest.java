package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.volume.VolumeData;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.Mount;
import dev.satchel.core.workload.RecordingLogSink;
import dev.satchel.core.workload.Staging;
import dev.satchel.server.disk.DiskVolumes;
import dev.satchel.server.tmpfs.SecretRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes in containers of this machine's engine. */
final class DockerVolumeTest {
  @TempDir Path data;
  private final TestDocker docker = TestDocker.needed();
  private DockerEngine engine;
  private DiskVolumes volumes;
  private int number;

  @BeforeEach
  void open() {
    engine = engine(docker.environment());
    volumes = new DiskVolumes(data.resolve("volumes"), () -> "m1");
  }

  private DockerEngine engine(Map<String, String> environment) {
    return new DockerEngine(
        "v" + ProcessHandle.current().pid(),
        data,
        List.of(),
        new SecretRoot(SecretRoot.candidates(null)),
        environment);
  }

  @AfterEach
  void removeAll() {
    engine.known().forEach(engine::remove);
    engine.close();
  }

  private static JobForm form(String script, List<Mount> mounts) {
    return new JobForm(
        List.of("sh", "-c", script),
        ContainerSpec.of(TestDocker.IMAGE),
        null,
        true,
        Set.of(),
        Set.of(),
        mounts.stream().map(Mount::path).toList());
  }

  private String outputOf(String script, Mount... mounts) {
    AttemptId attempt = new AttemptId("volumes", ++number);
    JobForm form = form(script, List.of(mounts));
    assertThat(engine.objections(form)).isEmpty();
    engine.start(new Launch(attempt, form, Map.of(), Map.of(), List.of(mounts), null));
    RecordingLogSink sink = new RecordingLogSink();
    engine.follow(attempt, sink);
    String output = new String(sink.whole(), StandardCharsets.UTF_8);
    engine.remove(attempt);
    return output;
  }

  @Test
  void whatAContainerWritesIsInTheVolume_andReadOnlyIsReadOnly() {
    Path source = volumes.open(VolumeData.onDisk("v"), "a part, \"quoted\"");
    assertThat(
            outputOf("echo hello >/models/x; cat /models/x", new Mount(source, "/models", false)))
        .isEqualTo("hello\n");
    assertThat(source.resolve("x")).hasContent("hello\n");
    assertThat(
            outputOf(
                "cat /in/x; (echo no >/in/x) 2>/dev/null || echo refused",
                new Mount(source, "/in", true)))
        .isEqualTo("hello\nrefused\n");
    assertThat(source.resolve("x")).hasContent("hello\n");
    assertThat(Files.exists(Path.of("/models"))).isFalse();
  }

  @Test
  void whatWorksOnFilesIsNotStartedOnAnEngineOfAnotherMachine() {
    Map<String, String> remote = new HashMap<>(docker.environment());
    remote.put("DOCKER_HOST", "tcp://127.0.0.1:1");
    Staging staging =
        new Staging() {
          @Override
          public void fill(Path directory) {
            throw new AssertionError("nothing is laid out");
          }

          @Override
          public @Nullable Path input() {
            return null;
          }

          @Override
          public boolean keepsOutput() {
            return false;
          }

          @Override
          public long fileMaxBytes() {
            return 1;
          }
        };
    Launch launch =
        new Launch(
            new AttemptId("elsewhere", 1), form("true", List.of()), Map.of(), Map.of(), staging);
    try (DockerEngine elsewhere = engine(remote)) {
      assertThatThrownBy(() -> elsewhere.start(launch))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("neither code nor input gets there");
    }
  }

  @Test
  void anEngineOfAnotherMachineIsRefused() {
    List<Mount> mounts = List.of(new Mount(data, "/models", false));
    Map<String, String> remote = new HashMap<>(docker.environment());
    remote.put("DOCKER_HOST", "tcp://127.0.0.1:1");
    try (DockerEngine elsewhere = engine(remote)) {
      assertThat(elsewhere.objections(form("true", mounts)))
          .singleElement()
          .asString()
          .contains("tcp://127.0.0.1:1", "/models");
    }
    try (DockerHosts hosts =
        new DockerHosts(
            "volumes",
            data,
            List.of(),
            new SecretRoot(SecretRoot.candidates(null)),
            Map.of(),
            new NoLogins())) {
      assertThat(hosts.at(new EngineAddress("tcp://h:1")).objections(form("true", mounts)))
          .first()
          .asString()
          .contains("tcp://h:1");
    }
  }
}
