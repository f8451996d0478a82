package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a container's secret variables reach it, as the container CLI sees it. */
final class EnvFileTest {
  /** Stands in for the CLI, notes what it is given, and does what the CLI does. */
  private static final String NOTING_CLI =
      """
      #!/bin/sh
      for word; do
        if [ "$before" = --env-file ]; then
          stat -c %a "$word"; stat -f -c %T "$word"; cat "$word"
        fi
        before=$word
      done >>"$0.noted"
      PATH=${PATH#*:}
      exec docker "$@"
      """;

  @Test
  void variablesComeByAnEnvFileOnTmpfsThatItsOwnerAloneMayRead(
      @TempDir Path data, @TempDir Path tools) throws IOException {
    TestDocker docker = TestDocker.needed();
    Path cli = Files.writeString(tools.resolve("docker"), NOTING_CLI);
    Files.setPosixFilePermissions(cli, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> environment = docker.environment();
    environment.merge("PATH", tools.toString(), (path, first) -> first + ":" + path);
    SecretRoot root = new SecretRoot(SecretRoot.candidates(null));
    AttemptId attempt = new AttemptId("envfile" + ProcessHandle.current().pid(), 1);
    try (SecretValue value = SecretValue.ofText("value", "sentinel-env-file");
        DockerEngine engine = new DockerEngine("noted", data, List.of(), root, environment)) {
      ContainerSpec image = ContainerSpec.of(TestDocker.IMAGE);
      JobForm form = new JobForm(List.of("true"), image, null, true, Set.of("TOKEN"), Set.of());
      engine.start(new Launch(attempt, form, Map.of("TOKEN", value), Map.of()));
      engine.remove(attempt);
    }
    assertThat(Files.readAllLines(tools.resolve("docker.noted")))
        .containsExactly("600", "tmpfs", "TOKEN=sentinel-env-file");
  }
}
