package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.PostgresCluster;
import dev.satchel.e2e.Client.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The database goes away under jobs that run, and comes back. */
final class DatabaseOutageTest {
  @Test
  void jobsRunOnWhileTheDatabaseIsAwayAndTheirEndsAreKnownOnceItIsBack() {
    assumeTrue(Installation.POSTGRES, "only a database of its own can go away by itself");
    PostgresCluster cluster = PostgresCluster.shared();
    try (Installation satchel = Installation.started("outage", "--retry-back-off-ms", "50")) {
      Answer _ = satchel.admin().put("kept", Map.of("V", Marker.value()));
      Path go = satchel.home().resolve("go");
      String id =
          satchel.submit(
              "echo one \"$V\"; while [ ! -e \"$GO\" ]; do sleep 0.05; done; echo two; exit 3",
              Map.of("secrets", List.of("kept"), "env", Map.of("GO", go.toString())));
      JsonNode _ = satchel.awaitState(id, "running");
      cluster.stop("immediate");
      try {
        Await.until("it is told", () -> status(satchel, "/readyz") == 503);
        assertThat(status(satchel, "/healthz")).isEqualTo(200);
        for (String method : List.of("GET", "DELETE")) {
          Answer refused = satchel.send(method, "/v1/secrets/kept", null);
          assertThat(refused.status()).isEqualTo(503);
          assertThat(refused.body().path("code").asText()).isEqualTo("STORE_BUSY");
          assertThat(refused.body().path("detail").asText()).contains("does not answer");
        }
        Path _ = Trees.write(go, new byte[0]); // It ends while nobody can write that down.
        Await.until(
            "the job has ended",
            () ->
                Remains.processesNaming(satchel.data()).stream()
                    .allMatch(process -> process.pid() == satchel.server().pid()));
      } finally {
        cluster.start();
      }
      Await.until("it is well again", () -> status(satchel, "/readyz") == 200);
      JsonNode ended = satchel.awaitEnd(id);
      assertThat(ended.path("exit_code").asInt()).isEqualTo(3);
      assertThat(ended.path("attempts")).hasSize(1);
      assertThat(satchel.log(id)).isEqualTo("one ***\ntwo\n");
      String next = satchel.submit("true", Map.of("secrets", List.of("kept")));
      assertThat(satchel.awaitEnd(next).path("exit_code").asInt()).isZero();
    }
  }

  private static int status(Installation satchel, String path) {
    return satchel.send("GET", path, null).status();
  }
}
