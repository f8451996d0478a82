package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Needs;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.JobForm;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What every engine keeps to, kept by podman, with its storage and settings in a directory. */
final class PodmanEngineTest extends EngineContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @TempDir static Path home;
  private static Map<String, String> environment = Map.of();

  @TempDir Path data;
  private DockerEngine engine;

  @BeforeAll
  static void bring() throws IOException {
    Needs.command("podman");
    Needs.root();
    Path settings = home.resolve("containers.conf");
    Path storage = home.resolve("storage.conf");
    Files.writeString( // Small limits: the tests' machine may not raise its own.
        settings,
        """
        [containers]
        default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
        [engine]
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        """);
    Files.writeString(
        storage,
        "[storage]\ndriver = \"vfs\"\ngraphroot = \"%s\"\nrunroot = \"%s\"\n"
            .formatted(home.resolve("images"), home.resolve("run")));
    environment = new HashMap<>(System.getenv());
    environment.put(ContainerCli.CHOICE, "podman");
    environment.put("CONTAINERS_CONF", settings.toString());
    environment.put("CONTAINERS_STORAGE_CONF", storage.toString());
    Path archive = home.resolve("image.tar");
    TestDocker.needed().run("save", "--output", archive.toString(), TestDocker.IMAGE);
    assertThat(podman("load", "--input", archive.toString())).isZero();
  }

  private static int podman(String... words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("podman");
    builder.command().addAll(List.of(words));
    builder.environment().putAll(environment);
    try {
      return builder.inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @AfterAll
  static void clean() throws IOException {
    if (!environment.isEmpty()) {
      assertThat(podman("rmi", "--all", "--force")).isZero();
    }
  }

  @BeforeEach
  void open() {
    engine =
        new DockerEngine(
            "p" + ProcessHandle.current().pid() + "x" + NUMBER.incrementAndGet(),
            data,
            List.of(),
            new SecretRoot(SecretRoot.candidates(null)),
            environment);
  }

  @AfterEach
  void removeAll() {
    for (AttemptId attempt : engine.known()) {
      engine.remove(attempt);
    }
    engine.close();
  }

  @Override
  protected DockerEngine engine() {
    return engine;
  }

  @Override
  protected JobForm form(
      List<String> command, Map<String, byte[]> variables, Map<String, byte[]> files) {
    return new JobForm(
        command,
        ContainerSpec.of(TestDocker.IMAGE),
        null,
        true,
        variables.keySet(),
        files.keySet());
  }
}
