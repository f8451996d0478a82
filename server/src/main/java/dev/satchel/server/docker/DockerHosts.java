package dev.satchel.server.docker;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.HostLogins;
import dev.satchel.core.workload.Engine;
import dev.satchel.core.workload.Engines;
import dev.satchel.server.ssh.SshTunnel;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The container engines at the addresses that credentials name, each opened once and kept for as
 * long as the server runs. What is recorded of an engine's attempts lies in a directory of its own
 * with its address, so that it is found again after a restart, whatever became of the credential.
 */
public final class DockerHosts implements Engines.Hosts, AutoCloseable {
  /** Each is watched by two threads and a process. */
  static final int HOSTS_MAX = 64;

  private static final String ADDRESS = "address";
  private static final String TUNNEL = "ssh-";

  private final Names names;
  private final Path directory;
  private final List<String> operators;
  private final SecretRoot root;
  private final Map<String, String> environment;
  private final HostLogins logins;
  private final Map<EngineAddress, DockerEngine> engines =
      new LinkedHashMap<>(); // Guarded by this.

  /**
   * Opens those that were left with anything; as {@link DockerEngine}.
   *
   * @param logins opens hosts that are reached over SSH
   */
  public DockerHosts(
      String installation,
      Path dataDirectory,
      List<String> operators,
      Map<String, String> environment,
      HostLogins logins) {
    this(
        installation,
        dataDirectory,
        operators,
        new SecretRoot(SecretRoot.candidates(environment.get("XDG_RUNTIME_DIR"))),
        environment,
        logins);
  }

  DockerHosts(
      String installation,
      Path dataDirectory,
      List<String> operators,
      SecretRoot root,
      Map<String, String> environment,
      HostLogins logins) {
    this.logins = logins;
    this.names = new Names(installation);
    this.directory = dataDirectory.resolve("docker-hosts");
    this.operators = List.copyOf(operators);
    this.root = root;
    this.environment = Map.copyOf(environment);
    Path tmpfs = root.path();
    if (tmpfs != null) {
      SshTunnel.endEarlier(tmpfs.resolve(installation), TUNNEL, environment);
    }
    openLeft();
  }

  @Override
  public String engineName() {
    return "docker";
  }

  @Override
  public synchronized Engine at(EngineAddress address) {
    DockerEngine engine = engines.get(address);
    if (engine == null) {
      if (engines.size() >= HOSTS_MAX) {
        throw new RefusedException(
                Reason.UNSUPPORTED,
                "This server keeps "
                    + HOSTS_MAX
                    + " engines of credentials until it is restarted, and has them.")
            .with("field", "credentials");
      }
      engine = opened(address);
      engines.put(address, engine);
    }
    return engine;
  }

  @Override
  public synchronized Collection<DockerEngine> open() {
    return List.copyOf(engines.values());
  }

  private DockerEngine opened(EngineAddress address) {
    String mark = address.mark();
    Path own = directory.resolve(mark);
    AttemptDirectories directories =
        new AttemptDirectories(
            own.resolve("attempts"), root, names.installation(), "docker-" + mark);
    try {
      Files.writeString(own.resolve(ADDRESS), address.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SshTunnel tunnel = address.isSsh() ? tunnel(address, mark) : null;
    String leads = tunnel == null ? address.value() : "unix://" + tunnel.socket();
    Map<String, String> leading = new HashMap<>(environment);
    leading.remove("DOCKER_CONTEXT");
    leading.put("DOCKER_HOST", leads);
    leading.put("CONTAINER_HOST", leads); // The same for podman.
    return new DockerEngine(names, directories, operators, leading, address, tunnel);
  }

  private SshTunnel tunnel(EngineAddress address, String mark) {
    Path tmpfs = root.path();
    Path own = tmpfs == null ? null : tmpfs.resolve(names.installation()).resolve(TUNNEL + mark);
    return new SshTunnel(address, logins, own, environment);
  }

  /** Opens the engines that have attempts, and forgets those that have none. */
  private void openLeft() {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        Path address = entry.resolve(ADDRESS);
        if (!Files.exists(address)) {
          continue;
        }
        if (hasAttempts(entry.resolve("attempts"))) {
          EngineAddress found = new EngineAddress(Files.readString(address));
          engines.put(found, opened(found));
        } else {
          AttemptDirectories.deleteTree(entry);
        }
      }
    } catch (NoSuchFileException e) {
      // None ever was.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasAttempts(Path attempts) throws IOException {
    if (!Files.isDirectory(attempts)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(attempts)) {
      return entries.iterator().hasNext();
    }
  }

  /** As {@link DockerEngine#close}, for each. */
  @Override
  public synchronized void close() {
    engines.values().forEach(DockerEngine::close);
  }
}
