package dev.satchel.e2e;

import dev.satchel.core.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A host of a test's own, with an SSH server and nothing else: a network namespace that this
 * machine reaches over a pair of virtual interfaces. Files and engines are this machine's.
 */
final class SshServer implements AutoCloseable {

  private final Path directory;
  private final String name;
  private final String address;
  private @Nullable Process namespace; // Null until it was made.
  private @Nullable Process server; // Null while it is down.

  /**
   * Makes one; skips the test where this machine does not let us.
   *
   * @param number of the host, which no other of this test has
   */
  SshServer(Path parent, int number) {
    Needs.root();
    List.of("unshare", "nsenter", "ip", "ssh", "ssh-keygen").forEach(Needs::command);
    Needs.that(Files.isExecutable(Path.of("/usr/sbin/sshd")), "this suite needs openssh-server");
    int network = (int) (ProcessHandle.current().pid() % 150) + 20;
    this.name = "sat" + ProcessHandle.current().pid() % 100_000 + "-" + number;
    this.address = "10." + network + "." + number + ".2";
    this.directory = made(parent.resolve("host-" + number));
    makeNamespace("10." + network + "." + number + ".1");
    newHostKey();
    makeKey("client");
    makeKey("other");
    start();
  }

  private static Path made(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void makeNamespace(String near) {
    try {
      namespace =
          new ProcessBuilder(
                  "unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec sleep 3600")
              .redirectErrorStream(true)
              .start();
      byte[] said = namespace.getInputStream().readNBytes(2);
      Needs.that(
          new String(said, StandardCharsets.UTF_8).equals("up"),
          "this suite needs network namespaces, which this machine does not give");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String pid = Long.toString(namespace.pid());
    String _ = run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", pid);
    String _ = run("ip", "address", "add", near + "/30", "dev", name);
    String _ = run("ip", "link", "set", name, "up");
    String _ = inside("ip", "address", "add", address + "/30", "dev", "eth0");
    String _ = inside("ip", "link", "set", "eth0", "up");
  }

  private String inside(String... words) {
    return run(within(words).toArray(String[]::new));
  }

  private List<String> within(String... words) {
    List<String> command = new ArrayList<>(List.of("nsenter", "-t"));
    command.addAll(List.of(Long.toString(namespace().pid()), "-n", "--"));
    command.addAll(List.of(words));
    return command;
  }

  private Process namespace() {
    if (namespace == null) {
      throw new IllegalStateException("there is no namespace");
    }
    return namespace;
  }

  /** Gives the host another key, which counts from its next start. */
  void newHostKey() {
    makeKey("host");
  }

  private void makeKey(String key) {
    Path file = directory.resolve(key);
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(directory.resolve(key + ".pub"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String _ = run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", file.toString());
  }

  /** Starts the SSH server. */
  void start() {
    Path config = directory.resolve("sshd_config");
    try {
      Files.createDirectories(Path.of("/run/sshd")); // Where it keeps its unprivileged part.
      Files.writeString(
          config,
          """
          Port 22
          ListenAddress %s
          HostKey %s
          PidFile none
          AuthorizedKeysFile %s
          StrictModes no
          UsePAM no
          PasswordAuthentication no
          KbdInteractiveAuthentication no
          PermitRootLogin prohibit-password
          """
              .formatted(address, directory.resolve("host"), directory.resolve("client.pub")));
      server =
          new ProcessBuilder(within("/usr/sbin/sshd", "-D", "-e", "-f", config.toString()))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("sshd.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until("sshd listens", () -> log().contains("Server listening"));
  }

  private String log() {
    return Installation.text(directory.resolve("sshd.log"));
  }

  /** Ends the SSH server with every connection to it, as a crash of the host would. */
  void stop() {
    if (server != null) {
      server.descendants().forEach(ProcessHandle::destroyForcibly);
      boolean _ = server.destroyForcibly().isAlive();
      server = null;
    }
  }

  /** The address of a docker credential. */
  String url() {
    return "ssh://root@" + address;
  }

  String address() {
    return address;
  }

  /** The key that opens it. */
  String privateKey() {
    return Installation.text(directory.resolve("client"));
  }

  /** One that does not. */
  String otherKey() {
    return Installation.text(directory.resolve("other"));
  }

  /** The key by which it proves itself. */
  String hostKey() {
    return Installation.text(directory.resolve("host.pub")).strip();
  }

  private static String run(String... words) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Needs.that(process.waitFor() == 0, "this suite needs \"" + words[0] + "\" to work: " + said);
      return said;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    stop();
    namespace().destroyForcibly(); // The pair of interfaces goes with it.
  }
}
