package dev.satchel.server.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.satchel.core.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where mounts ask for their keys, while the server is there and while it is away. */
final class CredentialEndpointTest {
  @TempDir Path directory;

  @BeforeEach
  void guard() {
    Needs.root();
    Needs.command("perl");
    assumeTrue(LoopbackPort.canGuard(), "this machine keeps no ports for root"); // Few CIs do.
  }

  @Test
  void nobodyWithoutCapabilitiesCanTakeThePortWhileTheServerIsAway() throws Exception {
    int port = portOfOneLife();
    for (List<String> other :
        List.of(
            List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"),
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"))) {
      assertThat(codeOfTaking(0, other)).isZero();
      assertThat(codeOfTaking(port, other)).isNotZero();
    }
    assertThat(codeOfTaking(port, List.of())).as("the port is free").isZero();
    assertThat(portOfOneLife()).isEqualTo(port);
  }

  @Test
  void aPortThatAnybodyCouldTakeIsGivenUp() throws IOException {
    Files.writeString(directory.resolve("port"), S3Server.freePort() + "\n");
    assertThat(LoopbackPort.isGuarded(portOfOneLife())).isTrue();
    Files.writeString(directory.resolve("port"), "nonsense\n");
    assertThat(LoopbackPort.isGuarded(portOfOneLife())).isTrue();
  }

  @Test
  void aPortThatIsAnothersNowIsReplacedByOneThatIsKeptTo() throws IOException {
    int port = portOfOneLife();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      int other = portOfOneLife();
      assertThat(other).isNotEqualTo(taken.getLocalPort());
      assertThat(LoopbackPort.isGuarded(other)).isTrue();
    }
  }

  private int portOfOneLife() {
    try (CredentialEndpoint endpoint =
        new CredentialEndpoint(directory, InstantSource.system(), Duration.ZERO)) {
      endpoint.start((id, token) -> Optional.empty());
      return endpoint.port();
    }
  }

  private static int codeOfTaking(int port, List<String> as) throws Exception {
    List<String> command = new ArrayList<>(as);
    command.addAll(
        List.of(
            "perl",
            "-MSocket",
            "-e",
            "socket(S, PF_INET, SOCK_STREAM, 0);"
                + " bind(S, sockaddr_in(shift, inet_aton('127.0.0.1'))) or exit 1",
            Integer.toString(port)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
