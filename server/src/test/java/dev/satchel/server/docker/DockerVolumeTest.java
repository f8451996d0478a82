package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.volume.VolumeData;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.HostMount;
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
    String output = outputOf(attempt);
    engine.remove(attempt);
    return output;
  }

  private String outputOf(AttemptId attempt) {
    RecordingLogSink sink = new RecordingLogSink();
    engine.follow(attempt, sink);
    return new String(sink.whole(), StandardCharsets.UTF_8);
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
    AttemptId attempt = new AttemptId("elsewhere", 1);
    Launch launch =
        new Launch(attempt, form("true", mounts), Map.of(), Map.of(), mounts, List.of(), null);
    try (DockerEngine elsewhere = elsewhere()) {
      assertThatThrownBy(() -> elsewhere.start(launch))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("does not see the server's files");
    }
  }

  /** What is reached as if it were on another machine. */
  private DockerEngine elsewhere() {
    Names names = new Names("v" + ProcessHandle.current().pid());
    SecretRoot root = new SecretRoot(SecretRoot.candidates(null));
    return new DockerEngine(
        names,
        new AttemptDirectories(data.resolve("far"), root, names.installation(), "docker-far"),
        List.of(),
        docker.environment(),
        new EngineAddress("tcp://far.test:2376"),
        null);
  }

  @Test
  void anEngineOfAnotherMachineKeepsVolumesItself_untilTheyAreRemoved() {
    engine.close();
    engine = elsewhere();
    String id = "vol" + ProcessHandle.current().pid();
    HostMount writable = new HostMount("my team", id, "/srv/my data, \"quoted\"", false);
    HostMount readOnly = new HostMount("my team", id, "/in", true);
    String name = "satchel-my-team-" + id;
    assertThat(outputOf("1000:1000", "cd '" + writable.path() + "' && echo hello >x", writable))
        .isEmpty();
    assertThat(docker.run("volume", "inspect", "--format", "{{json .Labels}}", name))
        .contains("\"dev.satchel.volume\":\"" + id + "\"", Names.INSTALLATION);
    AttemptId attempt = new AttemptId("volumes", ++number);
    start(attempt, null, "cat /in/x; (echo no >/in/x) 2>/dev/null || echo refused", readOnly);
    assertThat(outputOf(attempt)).isEqualTo("hello\nrefused\n");
    assertThat(engine.removeVolume("my team", id)).isFalse(); // The container has it.
    engine.remove(attempt);
    assertThat(engine.removeVolume("my team", id)).isTrue();
    assertThat(docker.run("volume", "ls", "--quiet")).doesNotContain(id);
    assertThat(engine.removeVolume("my team", id)).isTrue();
  }

  @Test
  void aVolumeThatWasBrokenOffIsOpenedAnew_andOneThatIsReadFirstIsOpenToo() {
    engine.close();
    engine = elsewhere();
    String id = "vol" + ProcessHandle.current().pid();
    HostMount mount = new HostMount("w", id, "/own", false);
    String name = "satchel-w-" + id;
    docker.run("volume", "create", name + "-opening"); // As a server that was killed leaves it.
    docker.run("volume", "create", name);
    assertThat(outputOf("1000:1000", "stat -c %a /own; echo x >/own/x", mount)).isEqualTo("777\n");
    assertThat(engine.removeVolume("w", id)).isTrue();
    assertThat(outputOf("1000:1000", "ls /own", new HostMount("w", id, "/own", true))).isEmpty();
    assertThat(outputOf("1000:1000", "echo x >/own/x && cat /own/x", mount)).isEqualTo("x\n");
    assertThat(engine.removeVolume("w", id)).isTrue();
    assertThat(docker.run("volume", "ls", "--quiet")).doesNotContain(id);
    assertThat(containers()).doesNotContain("-opening");
  }

  @Test
  void theModeOfAVolumeThatIsThereIsTheJobs() {
    engine.close();
    engine = elsewhere();
    String id = "vol" + ProcessHandle.current().pid();
    HostMount mount = new HostMount("w", id, "/own", false);
    assertThat(outputOf("0:0", "stat -c %a /own; chmod 700 /own", mount)).isEqualTo("777\n");
    assertThat(outputOf("0:0", "stat -c %a /own", mount)).isEqualTo("700\n");
    assertThat(engine.removeVolume("w", id)).isTrue();
  }

  @Test
  void whatAnotherWorkloadLeftWithAVolumeIsEndedFirst_andNothingElse() {
    engine.close();
    engine = elsewhere();
    String id = "vol" + ProcessHandle.current().pid();
    HostMount mount = new HostMount("w", id, "/own", false);
    AttemptId left = new AttemptId("lost", 1);
    AttemptId beside = new AttemptId("beside", 1);
    AttemptId before = new AttemptId("volumes", 1);
    AttemptId now = new AttemptId("volumes", 2);
    start(left, null, "sleep 60", mount);
    start(beside, null, "sleep 60", new HostMount("w", id + "b", "/own", false));
    start(before, null, "sleep 60", mount);
    assertThat(containers()).contains(before.toString(), beside.toString()).doesNotContain("lost");
    start(now, null, "sleep 60", mount);
    assertThat(containers())
        .contains(beside.toString(), now.toString())
        .doesNotContain(before.toString());
    engine.known().forEach(engine::remove);
    assertThat(engine.removeVolume("w", id)).isTrue();
    assertThat(engine.removeVolume("w", id + "b")).isTrue();
  }

  private String containers() {
    return docker.run("ps", "--all", "--format", "{{.Names}}");
  }

  private String outputOf(String user, String script, HostMount mount) {
    AttemptId attempt = new AttemptId("volumes", ++number);
    start(attempt, user, script, mount);
    String output = outputOf(attempt);
    engine.remove(attempt);
    return output;
  }

  private void start(AttemptId attempt, @Nullable String user, String script, HostMount mount) {
    ContainerSpec container =
        new ContainerSpec(TestDocker.IMAGE, user, null, null, null, List.of());
    JobForm form =
        new JobForm(
            List.of("sh", "-c", script),
            container,
            null,
            true,
            Set.of(),
            Set.of(),
            List.of(mount.path()));
    assertThat(engine.objections(form)).isEmpty();
    engine.start(new Launch(attempt, form, Map.of(), Map.of(), List.of(), List.of(mount), null));
  }
}
