package dev.satchel.server.docker;

import dev.satchel.core.credential.RegistryLogin;
import dev.satchel.core.credential.RegistryServer;
import dev.satchel.server.docker.ContainerVariables.Wiped;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration of the container CLI that holds one login and nothing else, on tmpfs, for one
 * pull. What the server's user is logged in to counts for other pulls, and is not touched.
 */
final class PullLogin implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** Under which Docker's CLI looks for the login of Docker's own registry. */
  private static final String DOCKER_IO = "https://index.docker.io/v1/";

  private final Path directory;
  private final Map<String, String> variables;

  /**
   * Writes it.
   *
   * @param directory empty, on tmpfs, and nobody else's to enter; removed by close
   */
  PullLogin(ContainerCli cli, RegistryLogin login, Path directory) throws IOException {
    this.directory = directory;
    try {
      this.variables = written(cli, login);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private Map<String, String> written(ContainerCli cli, RegistryLogin login) throws IOException {
    Path file = directory.resolve(cli.isPodman() ? "auth.json" : "config.json");
    byte[] content = content(login, cli.isPodman(), cli.isPodman() ? null : context(cli));
    try {
      SecretRoot.write(file, content, "rw-------", null);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
    if (cli.isPodman()) {
      return Map.of(
          "REGISTRY_AUTH_FILE", file.toString(), ContainerCli.LOGIN, directory.toString());
    }
    String certificates = cli.variable("DOCKER_CERT_PATH");
    return Map.of(
        "DOCKER_CONFIG",
        directory.toString(),
        "DOCKER_CERT_PATH", // Which are looked for beside the configuration otherwise.
        certificates == null ? configuration(cli).toString() : certificates,
        ContainerCli.LOGIN,
        directory.toString());
  }

  /** The user's own. */
  private static Path configuration(ContainerCli cli) {
    String home = cli.variable("HOME");
    String own = cli.variable("DOCKER_CONFIG");
    return own == null ? Path.of(home == null ? "/" : home, ".docker") : Path.of(own);
  }

  /** What the CLI is given to use it. */
  Map<String, String> variables() {
    return variables;
  }

  /** The context of the user's own configuration that says which engine is meant; else null. */
  private @Nullable String context(ContainerCli cli) throws IOException {
    if (cli.variable("DOCKER_HOST") != null) {
      return null;
    }
    ContainerCli.Answer current = cli.run(ANSWER, "context", "inspect", "--format", "{{.Name}}");
    String name = current.out().strip();
    if (!current.succeeded()
        || !name.matches("[a-zA-Z0-9][a-zA-Z0-9_.+-]*")
        || name.equals("default")) {
      return null;
    }
    Files.createSymbolicLink(directory.resolve("contexts"), configuration(cli).resolve("contexts"));
    return name;
  }

  private static byte[] content(RegistryLogin login, boolean podman, @Nullable String context) {
    byte[] user = (login.username() + ":").getBytes(StandardCharsets.UTF_8);
    byte[] password = login.password().bytes();
    byte[] both = Arrays.copyOf(user, user.length + password.length);
    System.arraycopy(password, 0, both, user.length, password.length);
    byte[] encoded = Base64.getEncoder().encode(both);
    try (Wiped json = new Wiped()) {
      json.text("{\"auths\":{\"").text(key(login.server(), podman)).text("\":{\"auth\":\"");
      json.writeBytes(encoded);
      json.text("\"}}");
      json.text(context == null ? "" : ",\"currentContext\":\"" + context + "\"");
      return json.text("}").toByteArray();
    } finally {
      Arrays.fill(both, (byte) 0);
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static String key(RegistryServer server, boolean podman) {
    return !podman && server.host().equals("docker.io") ? DOCKER_IO : server.host();
  }

  @Override
  public void close() {
    AttemptDirectories.deleteTree(directory);
  }
}
