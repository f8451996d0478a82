package dev.satchel.e2e;

import dev.satchel.core.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The container engine that the tests may use: never the machine's own. */
final class TestDocker {
  static final String IMAGE = "satchel.test/busybox:1";

  /** The same with a Python. */
  static final String PYTHON = "satchel.test/python:1";

  private final String host;

  TestDocker(String host) {
    this.host = host;
  }

  /** The one that SATCHEL_TEST_DOCKER names, else the one that dev/docker started. */
  static TestDocker needed() {
    String named = System.getenv("SATCHEL_TEST_DOCKER");
    Path socket = Installation.ROOT.resolve("target/docker/docker.sock");
    Needs.that(
        named != null || Files.exists(socket),
        "this suite needs a container engine of its own: dev/docker start");
    return new TestDocker(named != null ? named : "unix://" + socket);
  }

  /** Whether {@link #needed} would find one. */
  static boolean isThere() {
    return System.getenv("SATCHEL_TEST_DOCKER") != null
        || Files.exists(Installation.ROOT.resolve("target/docker/docker.sock"));
  }

  /**
   * Another engine, beside the one that the suite uses.
   *
   * @param options of {@code dev/docker}, as variables
   */
  static TestDocker second(Map<String, String> options) {
    Needs.that(
        "root".equals(System.getProperty("user.name")), "a second container engine needs root");
    String said = dev("start", options);
    String host =
        said.lines()
            .filter(line -> line.startsWith("DOCKER_HOST="))
            .map(line -> line.substring("DOCKER_HOST=".length()))
            .findFirst()
            .orElse("");
    Needs.that(!host.isEmpty(), "a second container engine did not start: " + said);
    return new TestDocker(host);
  }

  static void stopSecond() {
    var _ = dev("stop", Map.of());
  }

  private static String dev(String act, Map<String, String> options) {
    Path directory = Installation.ROOT.resolve("target/docker-second");
    ProcessBuilder builder =
        new ProcessBuilder(
                Installation.ROOT.resolve("dev/docker").toString(), act, directory.toString())
            .redirectErrorStream(true);
    builder.environment().putAll(options);
    try {
      Process process = builder.start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      process.waitFor();
      return said;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Where it is reached. */
  String host() {
    return host;
  }

  /** An installation whose server uses it. */
  Installation installation(String name, String... options) {
    Map<String, String> more = Map.of("DOCKER_HOST", host, "DOCKER_CONFIG", "/nonexistent");
    return new Installation(name, options) {
      @Override
      Map<String, String> serverEnvironment() {
        Map<String, String> environment = super.serverEnvironment();
        environment.putAll(more);
        return environment;
      }
    };
  }

  /** The containers of a workload, by name. */
  List<String> containersOf(String workload) {
    return run("ps", "--all", "--filter", "name=" + workload, "--format", "{{.Names}}")
        .lines()
        .toList();
  }

  /** What a command of the CLI prints, its errors included. */
  String run(String... words) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DOCKER_HOST", host);
    builder.environment().put("DOCKER_CONFIG", "/nonexistent");
    try {
      Process process = builder.start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      process.waitFor();
      return said;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
