package dev.satchel.server.docker;

import dev.satchel.core.Needs;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.HostKeys;
import dev.satchel.core.credential.HostLogin;
import dev.satchel.core.credential.HostLogins;
import dev.satchel.core.secret.SecretValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An SSH server of this machine, and the login that opens it. */
final class LocalSsh implements HostLogins, AutoCloseable {
  private final Path directory;
  private final String socket;
  private final EngineAddress address;
  private final Process server;

  /**
   * @param directory for its keys
   * @param socket of the engine there
   */
  LocalSsh(Path directory, String socket) throws IOException, InterruptedException {
    Needs.that(
        Files.exists(Path.of("/usr/sbin/sshd")) && System.getProperty("user.name").equals("root"),
        "this suite needs root, and sshd: apt install openssh-server");
    this.directory = directory;
    this.socket = socket;
    for (String key : List.of("host", "client")) {
      String file = directory.resolve(key).toString();
      new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file)
          .start()
          .waitFor();
    }
    Files.createDirectories(Path.of("/run/sshd")); // Where it keeps its unprivileged part.
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    this.address = new EngineAddress("ssh://root@127.0.0.1:" + port);
    Path config =
        Files.writeString(
            directory.resolve("sshd_config"),
            """
            Port %d
            ListenAddress 127.0.0.1
            HostKey %s
            PidFile none
            AuthorizedKeysFile %s
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            """
                .formatted(port, directory.resolve("host"), directory.resolve("client.pub")));
    this.server =
        new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    awaitPort(port);
  }

  private static void awaitPort(int port) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }

  EngineAddress address() {
    return address;
  }

  @Override
  public Optional<HostLogin> openHost(EngineAddress asked) {
    try {
      return Optional.of(
          new HostLogin(
              new CredentialName("local"),
              HostKeys.of(Files.readString(directory.resolve("host.pub"))),
              socket,
              SecretValue.of(Files.readAllBytes(directory.resolve("client")))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String hostMark(EngineAddress asked) {
    return "1";
  }

  @Override
  public void close() {
    server.descendants().forEach(ProcessHandle::destroyForcibly);
    server.destroyForcibly();
  }
}
