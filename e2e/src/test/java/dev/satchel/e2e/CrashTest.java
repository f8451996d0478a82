package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Kills the server again and again while much goes on, and holds it to what it has answered. */
final class CrashTest {
  private static final int ROUNDS = Size.of(Installation.POSTGRES ? 8 : 20, 100);

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @Test
  void whatWasAnsweredOutlivesAKillOfTheServer_andNoJobStartsTwice() {
    System.out.println("CrashTest: seed " + seed + ", " + ROUNDS + " rounds");
    List<CrashJob> jobs = new ArrayList<>();
    List<String> workloads = new ArrayList<>();
    Path data;
    try (Installation satchel = new Installation("crash", "--retry-back-off-ms", "50")) {
      data = satchel.data();
      satchel.start();
      Burst burst = new Burst(satchel.directory("jobs"));
      burst.writeAll(satchel.admin());
      for (int round = 0; round < ROUNDS; round++) {
        Burst.Running running = burst.start(satchel.admin(), round);
        Installation.pause(Duration.ofMillis(300 + random.nextInt(500)));
        satchel.kill();
        List<CrashJob> sent = running.join();
        satchel.start();
        assertThat(burst.unexpected()).isEmpty();
        sent.forEach(job -> job.send(satchel.admin()).with(202));
        jobs.addAll(sent);
        workloads.add(checkBundles(satchel.admin(), burst.written()));
      }
      jobs.forEach(job -> job.checkEnd(satchel.admin()));
      jobs.forEach(job -> workloads.add(job.id()));
      Await.until("no attempt is left", () -> Trees.list(data.resolve("attempts")).isEmpty());
    }
    assertThat(jobs.size()).as("jobs that were submitted").isGreaterThan(2 * ROUNDS);
    assertThat(Remains.onTmpfs(workloads)).isEmpty();
    Await.until("no process is left", () -> Remains.processesNaming(data).isEmpty());
    System.out.println("CrashTest: " + jobs.size() + " jobs, " + workloads.size() + " workloads");
  }

  /** Every answered write is there, in what is told and in what a job gets; no bundle is half. */
  private static String checkBundles(Client client, Map<Integer, Burst.Written> written) {
    assertThat(written).hasSize(Burst.WRITERS);
    written.forEach(
        (writer, last) -> {
          JsonNode seen = client.send("GET", "/v1/secrets/w" + writer, null).with(200).body();
          assertThat(seen.path("revision").asLong())
              .as("w" + writer)
              .isGreaterThanOrEqualTo(last.revision());
        });
    String id =
        client.submit(
            script(),
            Map.of(
                "secrets",
                IntStream.range(0, Burst.WRITERS).mapToObj(writer -> "w" + writer).toList()));
    assertThat(client.awaitEnd(id).path("exit_code").asInt()).isZero();
    Map<Integer, Integer> generations = new HashMap<>();
    client
        .log(id)
        .lines()
        .map(line -> line.split(" ", -1))
        .peek(words -> assertThat(words[1]).as("w" + words[0]).isEqualTo("whole"))
        .forEach(words -> generations.put(Integer.valueOf(words[0]), Integer.valueOf(words[2])));
    written.forEach(
        (writer, last) ->
            assertThat(generations.get(writer)).isGreaterThanOrEqualTo(last.generation()));
    return id;
  }

  /** Says of each bundle whether all of its entries are the same, and which generation they are. */
  private static String script() {
    StringBuilder script = new StringBuilder();
    for (int writer = 0; writer < Burst.WRITERS; writer++) {
      script.append("whole=whole\n");
      for (String entry : Burst.ENTRIES) {
        script.append(
            "[ \"$%s\" = \"$%s\" ] || whole=half\n"
                .formatted(Burst.name(writer, entry), Burst.name(writer, "A")));
      }
      script.append("echo %d $whole ${%s##*.}\n".formatted(writer, Burst.name(writer, "A")));
    }
    return script.toString();
  }
}
