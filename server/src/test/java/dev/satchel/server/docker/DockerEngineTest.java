package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.server.tmpfs.SecretRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of attempts as containers, on a real engine. */
final class DockerEngineTest extends EngineContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static TestDocker docker;

  @TempDir Path data;
  DockerEngine engine;
  private String installation = "";

  @BeforeAll
  static void find() {
    docker = TestDocker.needed();
  }

  @BeforeEach
  void open() {
    installation = "t" + ProcessHandle.current().pid() + "x" + NUMBER.incrementAndGet();
    engine = reopened();
  }

  DockerEngine reopened(String... operators) {
    return new DockerEngine(
        installation,
        data,
        List.of(operators),
        new SecretRoot(SecretRoot.candidates(null)),
        docker.environment());
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
    return form(ContainerSpec.of(TestDocker.IMAGE), null, command, variables, files);
  }

  private static JobForm form(
      ContainerSpec container,
      @Nullable Path directory,
      List<String> command,
      Map<String, byte[]> variables,
      Map<String, byte[]> files) {
    return new JobForm(command, container, directory, true, variables.keySet(), files.keySet());
  }

  private AttemptId ran(ContainerSpec container, @Nullable Path directory, String... command) {
    AttemptId attempt = newAttempt();
    JobForm form = form(container, directory, List.of(command), Map.of(), Map.of());
    Launch launch = launch(attempt, form, Map.of(), Map.of());
    engine.start(launch);
    return attempt;
  }

  private String outputOf(AttemptId attempt) {
    return new String(followed(attempt).whole(), StandardCharsets.UTF_8);
  }

  @Test
  void anImageRunsByItself() {
    AttemptId attempt = ran(ContainerSpec.of(TestDocker.OTHER_IMAGE), null);
    assertThat(outputOf(attempt)).isEqualTo("by itself\n");
  }
}
