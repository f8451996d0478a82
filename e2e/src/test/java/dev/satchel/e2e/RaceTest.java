package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.e2e.Client.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Acts that meet, on the process engine. */
final class RaceTest extends JobRaces {
  private static final int ROUNDS = Size.of(100, 1000);
  private static final int WRITERS = 16;

  private final Installation satchel =
      new Installation("races", "--grace", "5", "--max-running", "200");

  RaceTest() {
    super(ROUNDS);
  }

  @BeforeAll
  void start() {
    satchel.start();
  }

  @AfterAll
  void stop() {
    satchel.close();
  }

  @Override
  Installation satchel() {
    return satchel;
  }

  @Override
  Path shared() {
    return satchel.home();
  }

  @Override
  Path seen(Path path) {
    return path;
  }

  @Override
  Map<String, Object> onEngine(Map<String, Object> body) {
    return body;
  }

  @Test
  void ofManyWhoSawTheSameRevisionOneWrites() {
    Client client = satchel.admin();
    long revision =
        client.put("contended", Map.of("V", Marker.value())).body().at("/revision").asLong();
    for (int round = 0; round < ROUNDS; round++) {
      String seen = "\"" + revision + "\"";
      List<Callable<Answer>> writes = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        String value = Marker.value() + ".." + writer;
        boolean whole = writer % 2 == 0;
        writes.add(
            () ->
                whole
                    ? client.send(
                        "PUT",
                        "/v1/secrets/contended",
                        Map.of("values", Map.of("V", value)),
                        "If-Match",
                        seen)
                    : client.send(
                        "POST",
                        "/v1/secrets/contended/changes",
                        Map.of(
                            "set", List.of(Map.of("type", "env", "location", "V", "value", value))),
                        "If-Match",
                        seen));
      }
      List<Answer> answers = Race.between(writes);
      List<Integer> winners =
          IntStream.range(0, WRITERS).filter(w -> answers.get(w).status() == 200).boxed().toList();
      assertThat(winners).as("winners of revision " + revision).hasSize(1);
      for (Answer answer : answers) {
        if (answer.status() != 200) {
          assertThat(answer.with(412).code()).isEqualTo("REVISION_MISMATCH");
        }
      }
      revision++;
      Answer winner = answers.get(winners.getFirst());
      assertThat(winner.body().path("revision").asLong()).isEqualTo(revision);
      if (round % 25 == 0) { // What is kept is the winner's.
        String id = client.submit("echo ${V##*..}", Map.of("secrets", List.of("contended")));
        JsonNode _ = client.awaitEnd(id);
        assertThat(client.log(id)).isEqualTo(winners.getFirst() + "\n");
      }
    }
    assertThat(client.send("GET", "/v1/secrets/contended", null).body().at("/revision").asLong())
        .isEqualTo(revision);
  }
}
