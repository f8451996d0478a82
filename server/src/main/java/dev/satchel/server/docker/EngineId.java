package dev.satchel.server.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.workload.EngineOutageException;
import java.time.Duration;

/** Which engine answers. */
final class EngineId {
  private static final Duration ANSWER = Duration.ofSeconds(20);

  private EngineId() {}

  /**
   * Docker's own id and its data directory, since before version 23 all engines of one machine have
   * the same id; for podman, which has none, the machine and the place of its storage.
   */
  static String of(ContainerCli cli) {
    String format = cli.isPodman() ? "json" : "{{json .}}";
    ContainerCli.Answer answer = cli.run(ANSWER, "info", "--format", format);
    if (!answer.succeeded()) {
      throw new EngineOutageException(
          "The container engine does not answer: " + Words.shortened(answer.err()));
    }
    JsonNode info = Container.parse(answer.out());
    String id =
        cli.isPodman()
            ? info.path("host").path("hostname").asText()
                + ":"
                + info.path("store").path("graphRoot").asText()
            : info.path("ID").asText();
    if (id.isEmpty()) { // The client answers for itself where the engine does not.
      throw new EngineOutageException(
          "The container engine does not answer: "
              + Words.shortened(answer.err() + " " + info.path("ServerErrors")));
    }
    return cli.isPodman() ? id : id + "@" + info.path("DockerRootDir").asText();
  }
}
