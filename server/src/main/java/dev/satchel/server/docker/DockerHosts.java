package dev.satchel.server.docker;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.workload.Engine;
import dev.satchel.core.workload.Engines;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
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

  private final Names names;
  private final Path directory;
  private final List<String> operators;
  private final SecretRoot root;
  private final Map<String, String> environment;
  private final Map<EngineAddress, DockerEngine> engines =
      new LinkedHashMap<>(); // Guarded by this.

  /** Opens those that were left with anything; as {@link DockerEngine}. */
  public DockerHosts(
      String installation,
      Path dataDirectory,
      List<String> operators,
      Map<String, String> environment) {
    this(
        installation,
        dataDirectory,
        operators,
        new SecretRoot(SecretRoot.candidates(environment.get("XDG_RUNTIME_DIR"))),
        environment);
  }

  DockerHosts(
      String installation,
      Path dataDirectory,
      List<String> operators,
      SecretRoot root,
      Map<String, String> environment) {
    this.names = new Names(installation);
    this.directory = dataDirectory.resolve("docker-hosts");
    this.operators = List.copyOf(operators);
    this.root = root;
    this.environment = Map.copyOf(environment);
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
    String mark = mark(address);
    Path own = directory.resolve(mark);
    AttemptDirectories directories =
        new AttemptDirectories(
            own.resolve("attempts"), root, names.installation(), "docker-" + mark);
    try {
      Files.writeString(own.resolve(ADDRESS), address.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> leading = new HashMap<>(environment);
    leading.remove("DOCKER_CONTEXT");
    leading.put("DOCKER_HOST", address.value());
    leading.put("CONTAINER_HOST", address.value()); // The same for podman.
    return new DockerEngine(names, directories, operators, leading, address);
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

  /** A name for a directory, as long for each address. */
  private static String mark(EngineAddress address) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(address.value().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** As {@link DockerEngine#close}, for each. */
  @Override
  public synchronized void close() {
    engines.values().forEach(DockerEngine::close);
  }
}
