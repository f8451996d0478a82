package dev.satchel.server.docker;

import dev.satchel.core.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The container engine that the tests may use: never the machine's own. */
final class TestDocker {
  static final String IMAGE = "satchel.test/busybox:1";
  static final String OTHER_IMAGE = "satchel.test/other:1";

  private final String host;

  private TestDocker(String host) {
    this.host = host;
  }

  /** The one that SATCHEL_TEST_DOCKER names, else the one that dev/docker started. */
  static TestDocker needed() {
    String named = System.getenv("SATCHEL_TEST_DOCKER");
    Path socket = root().resolve("target/docker/docker.sock");
    TestDocker docker = new TestDocker(named != null ? named : "unix://" + socket);
    Needs.that(
        (named != null || Files.exists(socket)) && docker.succeeds("version"),
        "this suite needs a container engine of its own: dev/docker start");
    return docker;
  }

  /** Where its socket lies, and by dev/docker's way all else of it. */
  Path directory() {
    return Path.of(host.substring("unix://".length())).resolveSibling("").toAbsolutePath();
  }

  static Path root() {
    return Path.of(System.getProperty("satchel.root", ".."));
  }

  /** The environment of a server that uses it. */
  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("DOCKER_HOST", host);
    environment.put("DOCKER_CONFIG", "/nonexistent");
    return environment;
  }

  boolean succeeds(String... words) {
    try {
      return start(words).waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** What a command of the CLI prints, its errors included. */
  String run(String... words) {
    try {
      Process process = start(words);
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      process.waitFor();
      return said;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Process start(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DOCKER_HOST", host);
    builder.environment().put("DOCKER_CONFIG", "/nonexistent");
    return builder.start();
  }
}
