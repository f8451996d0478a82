package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.e2e.Client.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Acts on workloads that meet: only the allowed outcomes, round after round, whatever the engine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JobRaces {
  /** Holds a lock while it runs, and tells where another attempt holds it. */
  private static final String ALONE =
      """
      trap '[ "$(readlink "$LOCK")" != "$SATCHEL_ATTEMPT_ID" ] || rm "$LOCK"; exit 0' TERM
      ln -s "$SATCHEL_ATTEMPT_ID" "$LOCK" || { echo "$SATCHEL_ATTEMPT_ID" >>"$LOCK-taken"; exit 9; }
      while :; do sleep 0.02; done
      """;

  private final Random random = new Random();
  private final int rounds;

  JobRaces(int rounds) {
    this.rounds = rounds;
  }

  /** The installation that they meet on. */
  abstract Installation satchel();

  /** A directory that the jobs and the test share. */
  abstract Path shared();

  /** What a job sees of it. */
  abstract Path seen(Path path);

  /** A job's request, with what makes it run on the engine that is tested. */
  abstract Map<String, Object> onEngine(Map<String, Object> body);

  @Test
  void eitherTheDeleteIsRefusedOrTheSubmit() {
    Client client = satchel().admin();
    Path go = shared().resolve("go");
    List<String> accepted = new ArrayList<>();
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      String bundle = "race-" + round;
      Answer _ = client.put(bundle, Map.of("V", Marker.value()));
      List<Answer> answers = Race.between(deleteAndSubmit(client, bundle, round, go));
      Answer delete = answers.getFirst();
      Answer submit = answers.getLast();
      if (submit.status() == 202) {
        String id = submit.body().path("id").asText();
        accepted.add(id);
        assertThat(delete.with(409).code()).isEqualTo("SECRET_IN_USE");
        assertThat(delete.body().path("workload_ids")).hasSize(1);
        assertThat(delete.body().at("/workload_ids/0").asText()).isEqualTo(id);
      } else {
        refused++;
        assertThat(submit.with(422).code()).isEqualTo("SECRET_NOT_FOUND");
        assertThat(submit.body().path("name").asText()).isEqualTo(bundle);
        Answer _ = delete.with(200);
      }
    }
    Path _ = Trees.write(go, new byte[0]);
    for (String id : accepted) {
      JsonNode ended = client.awaitEnd(id);
      assertThat(ended.path("exit_code").asInt()).as(ended.toString()).isZero();
    }
    System.out.println(
        getClass().getSimpleName()
            + ": deletes refused "
            + accepted.size()
            + ", submits "
            + refused);
    assertThat(accepted).as("rounds that the submit won").isNotEmpty();
    assertThat(refused).as("rounds that the delete won").isPositive();
  }

  /** In the first rounds each of them has a start; later chance decides, within a millisecond. */
  private List<Callable<Answer>> deleteAndSubmit(Client client, String bundle, int round, Path go) {
    long deleteNanos = round == 0 ? 50_000_000 : random.nextInt(1_000_000);
    long submitNanos = round == 1 ? 50_000_000 : random.nextInt(1_000_000);
    Map<String, Object> body =
        onEngine(
            Map.of(
                "command",
                List.of("sh", "-c", "while [ ! -e \"$GO\" ]; do sleep 0.1; done; test -n \"$V\""),
                "secrets",
                List.of(bundle),
                "env",
                Map.of("GO", seen(go).toString())));
    return List.of(
        () -> {
          Installation.pause(Duration.ofNanos(deleteNanos));
          return client.send("DELETE", "/v1/secrets/" + bundle, null);
        },
        () -> {
          Installation.pause(Duration.ofNanos(submitNanos));
          return client.send("POST", "/v1/workloads", body);
        });
  }

  @Test
  void resubmitAgainstTerminateAlwaysSettles_andNeverRunsTwoAttemptsAtOnce() throws Exception {
    Client client = satchel().admin();
    Path directory = shared().resolve("locks");
    Path _ = Trees.directory(directory);
    Semaphore atOnce = new Semaphore(4);
    var outcomes = new ConcurrentLinkedQueue<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var settled =
          IntStream.range(0, rounds)
              .mapToObj(
                  round ->
                      threads.submit(
                          () -> {
                            atOnce.acquire();
                            try {
                              outcomes.add(resubmitAgainstTerminate(client, directory, round));
                            } finally {
                              atOnce.release();
                            }
                            return null;
                          }))
              .toList();
      for (var round : settled) {
        Object _ = round.get();
      }
    }
    assertThat(outcomes).hasSize(rounds).contains("taken", "refused");
    assertThat(Trees.list(directory)).as("locks that are held or were found taken").isEmpty();
    System.out.println(
        getClass().getSimpleName()
            + ": of "
            + rounds
            + " resubmissions "
            + outcomes.stream().filter(outcome -> outcome.equals("taken")).count()
            + " were taken");
  }

  private String resubmitAgainstTerminate(Client client, Path directory, int round) {
    Path lock = directory.resolve("lock-" + round);
    String id =
        client.submit(ALONE, onEngine(Map.of("env", Map.of("LOCK", seen(lock).toString()))));
    JsonNode _ = client.awaitState(id, "running");
    Await.until("the job holds its lock", () -> java.nio.file.Files.isSymbolicLink(lock));
    long delayNanos = round == 0 ? 100_000_000 : random.nextInt(30_000_000);
    List<Answer> answers =
        Race.between(
            List.of(
                () -> client.send("POST", "/v1/workloads/" + id + "/resubmissions", null),
                () -> {
                  Installation.pause(Duration.ofNanos(round % 2 == 0 ? delayNanos : 0));
                  return client.terminate(id);
                }));
    Answer resubmit = answers.getFirst();
    Answer _ = answers.getLast().with(202);
    boolean taken = resubmit.status() == 202;
    if (!taken) {
      assertThat(resubmit.with(409).code()).isEqualTo("WORKLOAD_BUSY");
    }
    JsonNode settled =
        Await.that("it is settled", () -> client.workload(id), seen -> settled(seen, taken));
    if (!settled.hasNonNull("ended_at")) { // Resubmitted after its end, so it runs again.
      Answer _ = client.terminate(id).with(202);
      settled = client.awaitEnd(id);
    }
    assertThat(settled.path("state").asText()).as(settled.toString()).isEqualTo("terminated");
    settled.path("attempts").forEach(each -> assertThat(each.hasNonNull("ended_at")).isTrue());
    return taken ? "taken" : "refused";
  }

  private static boolean settled(JsonNode workload, boolean taken) {
    return workload.hasNonNull("ended_at")
        || (taken
            && workload.path("attempt").asInt() == 2
            && workload.path("state").asText().equals("running")
            && !workload.path("terminate_requested").asBoolean());
  }
}
