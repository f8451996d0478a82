package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.Engine;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.JobForm;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secret files on a host over SSH, where another machine stands in for it. */
final class RemoteFilesTest {
  private final String installation = "t" + ProcessHandle.current().pid() + "remote";

  @TempDir private Path data;
  @TempDir private Path keys;

  @Test
  void whatLiesOnAHostStaysKnownWhileAnotherMachineAnswersInItsPlace() throws Exception {
    TestDocker docker = TestDocker.needed();
    String socket = docker.directory().resolve("docker.sock").toString();
    try (LocalSsh ssh = new LocalSsh(keys, socket);
        DockerHosts hosts =
            new DockerHosts(
                installation,
                data,
                List.of(),
                new SecretRoot(SecretRoot.candidates(null)),
                docker.environment(),
                ssh)) {
      Engine engine = hosts.at(ssh.address());
      AttemptId attempt = new AttemptId("w", 1);
      started(engine, attempt);
      Path files = filesOf(ssh, attempt);
      Path record =
          data.resolve("docker-hosts")
              .resolve(ssh.address().mark())
              .resolve("attempts")
              .resolve(attempt.toString())
              .resolve("engine");
      String own = Files.readString(record);
      Files.writeString(record, "ANOTHER:ENGINE");
      engine.remove(attempt);
      assertThat(files).exists();
      assertThat(engine.known()).contains(attempt);
      Files.writeString(record, own); // It is back.
      engine.remove(attempt);
      assertThat(files).doesNotExist();
      assertThat(engine.known()).isEmpty();
      AttemptDirectories.deleteTree(files.resolve("../..").normalize());
    }
  }

  private static void started(Engine engine, AttemptId attempt) {
    JobForm form =
        new JobForm(
            List.of("sleep", "60"),
            ContainerSpec.of(TestDocker.IMAGE),
            null,
            true,
            Set.of(),
            Set.of("/run/key"));
    assertThat(engine.objections(form)).isEmpty();
    byte[] value = "a value".getBytes(StandardCharsets.UTF_8);
    engine.start(EngineContract.launch(attempt, form, Map.of(), Map.of("/run/key", value)));
  }

  private Path filesOf(LocalSsh ssh, AttemptId attempt) throws IOException {
    String below = installation + "-remote/" + ssh.address().mark() + "/" + attempt;
    Path run = Path.of("/run/satchel", below);
    Path files = Files.exists(run) ? run : Path.of("/dev/shm/satchel-0", below);
    assertThat(files).exists();
    return files;
  }
}
