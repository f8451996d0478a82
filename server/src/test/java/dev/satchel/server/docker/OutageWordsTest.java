package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the CLIs are known to say where their engine is away, and what they say otherwise. */
final class OutageWordsTest {
  private static final String COMPLAINTS =
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

  @ParameterizedTest
  @ValueSource(
      strings = {
        COMPLAINTS,
        "failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct"
            + " and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory",
        "permission denied while trying to connect to the docker API at unix:///var/run/docker.sock",
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
        "error during connect: Get \"http://10.0.0.9:2375/info\": dial tcp: i/o timeout",
        "Cannot connect to Podman. Please verify your connection to the Linux system: unable to connect to Podman socket",
        "Error response from daemon: ttrpc: closed: unknown",
      })
  void anEngineThatIsAwayIsKnown(String said) {
    assertThat(ContainerCli.isOutage(said)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error response from daemon: No such image: ghcr.io/x/ttrpc:1",
        "Error response from daemon: No such image: ghcr.io/x/containerd.sock:latest",
        "Error response from daemon: No such container: satchel-a-b.1",
        "exec: \"ttrpc\": executable file not found in $PATH",
      })
  void anAnswerIsNoOutage(String said) {
    assertThat(ContainerCli.isOutage(said)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        COMPLAINTS,
        "failed to connect to the docker API at unix:///x",
        "permission denied while trying to connect to the docker API at unix:///x",
        "Error response from daemon: can not get logs from container which is dead or marked for removal",
      })
  void whatTheCliComplainsOfIsNotTheJobs(String complaint) {
    ByteArrayOutputStream given = new ByteArrayOutputStream();
    LastWords words = new LastWords((bytes, length) -> given.write(bytes, 0, length));
    byte[] all = ("of the job\n" + complaint + "\n").getBytes(StandardCharsets.UTF_8);
    for (byte each : all) { // However it is cut.
      words.take(new byte[] {each}, 1);
    }
    words.end(false);
    assertThat(given.toString(StandardCharsets.UTF_8)).isEqualTo("of the job\n");
  }
}
