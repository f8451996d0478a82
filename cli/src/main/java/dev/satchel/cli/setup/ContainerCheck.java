package dev.satchel.cli.setup;

import java.time.Duration;
import java.util.Locale;

/** Asks the container engine that a server of this user would run images on; few need one. */
final class ContainerCheck {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String NAME = "containers";

  private ContainerCheck() {}

  static Check check() {
    Trial docker = Trial.of(LIMIT, "docker", "version", "--format", "{{.Server.Version}}");
    if (!docker.isAbsent()) {
      return docker.worked()
          ? Check.ok(NAME, "Docker " + docker.firstLine() + " answers")
          : Check.note(NAME, "Docker does not answer: " + complaint(docker), fix(docker));
    }
    Trial podman = Trial.of(LIMIT, "podman", "info", "--format", "{{.Version.Version}}");
    if (podman.isAbsent()) {
      return Check.note(
          NAME,
          "neither docker nor podman is installed: workloads with an image cannot run here",
          "install one, where images are to run: sudo apt install docker.io");
    }
    return podman.worked()
        ? Check.ok(NAME, "podman " + podman.firstLine() + " answers")
        : Check.note(NAME, "podman does not answer: " + complaint(podman), "see: podman info");
  }

  private static String complaint(Trial trial) {
    return trial.exitCode() == Trial.LATE
        ? "nothing came in " + LIMIT.toSeconds() + " seconds"
        : trial.output().lines().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("");
  }

  private static String fix(Trial docker) {
    return docker.output().toLowerCase(Locale.ROOT).contains("permission denied")
        ? "let this user use Docker: sudo usermod -aG docker $USER, then log in anew"
        : "start it: sudo systemctl start docker; or say where it is: DOCKER_HOST";
  }
}
