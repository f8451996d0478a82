package dev.satchel.server.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.workload.EngineOutageException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Which engine answers.
 *
 * @param id of the engine, which no other has
 * @param rootless whether its containers' root is the user whose engine it is
 * @param labels that it declares, such as {@code vm_type}
 */
record EngineInfo(String id, Map<String, String> labels, boolean rootless) {
  private static final Duration ANSWER = Duration.ofSeconds(20);

  EngineInfo {
    labels = Map.copyOf(labels);
  }

  /**
   * Asks. The id is Docker's own id and its data directory, since before version 23 all engines of
   * one machine have the same id; for podman, which has none, the machine and the place of its
   * storage.
   */
  static EngineInfo of(ContainerCli cli) {
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
    String whole = cli.isPodman() ? id : id + "@" + info.path("DockerRootDir").asText();
    boolean rootless =
        cli.isPodman()
            ? info.path("host").path("security").path("rootless").asBoolean()
            : info.path("SecurityOptions").toString().contains("name=rootless");
    return new EngineInfo(whole, labels(info.path("Labels")), rootless);
  }

  /** Each is NAME=VALUE. Source: Docker Engine API, "Get system information". */
  private static Map<String, String> labels(JsonNode declared) {
    Map<String, String> labels = new HashMap<>();
    declared.forEach(
        label -> {
          String[] parts = label.asText().split("=", 2);
          if (parts.length == 2) {
            labels.put(parts[0], parts[1]);
          }
        });
    return labels;
  }
}
