package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs goes on while the server stops and starts, and the next server has it in hand. */
final class RestartTest {
  /** Prints halves of a secret, each waiting for a file, so that restarts fall in between. */
  private static final String HALVES =
      """
      await() { while [ ! -e "$GO-$1" ]; do sleep 0.02; done; }
      printf 'begin %s' "${V%???????????????}"
      await 1
      printf '%s' "${V#"${V%???????????????}"}"
      printf ' middle %s' "${V%?????}"
      await 2
      echo "${V#"${V%?????}"} end"
      await 3
      exit 5
      """;

  private static final Duration STOP_LIMIT = Duration.ofMillis(1500);

  private final Installation satchel =
      new Installation("restart", "--grace", "1", "--retry-back-off-ms", "50");

  @AfterEach
  void stop() {
    satchel.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SIGTERM", "SIGKILL"})
  void aJobRunsOnAndItsLogIsExactAndMaskedOverTheBorder(String signal) throws Exception {
    satchel.start();
    satchel.admin().put("split", Map.of("V", Marker.value()));
    Path go = satchel.home().resolve("go");
    String id =
        satchel
            .admin()
            .submit(
                HALVES, Map.of("secrets", List.of("split"), "env", Map.of("GO", go.toString())));
    satchel.awaitState(id, "running");
    Path output = satchel.kept().resolve("output/followed.txt");
    Process follower = satchel.spawn(output, "logs", "-f", id);
    Await.until("the follower shows the first words", () -> contains(output, "begin "));
    end(signal);
    touch(go, 1); // Prints while no server reads.
    satchel.start();
    end(signal);
    satchel.start();
    touch(go, 2);
    Await.until("the follower shows the last words", () -> contains(output, " end"));
    end(signal);
    touch(go, 3); // Ends while no server is there.
    Await.until("the job has ended", () -> Remains.processesNaming(satchel.data()).isEmpty());
    satchel.start();
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).isEqualTo("errored");
    assertThat(ended.path("exit_code").asInt()).isEqualTo(5);
    assertThat(ended.path("attempts")).hasSize(1);
    assertThat(satchel.log(id)).isEqualTo("begin *** middle *** end\n");
    assertThat(follower.waitFor(20, TimeUnit.SECONDS)).as("the follower ends").isTrue();
    assertThat(follower.exitValue()).isZero();
    assertThat(Installation.text(output).replaceAll("The server does not answer.*\n", ""))
        .isEqualTo("begin *** middle *** end\n");
    Await.until("nothing is left on tmpfs", () -> Remains.onTmpfs(List.of(id)).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SIGTERM", "SIGKILL"})
  void timeoutAndTerminateReachWhatAnEarlierServerStarted(String signal) {
    satchel.start();
    String late = satchel.submit("sleep 60", Map.of("timeout_s", 3));
    String asked = satchel.submit("sleep 60", Map.of());
    String early = satchel.submit("sleep 60", Map.of());
    satchel.awaitState(late, "running");
    satchel.awaitState(asked, "running");
    satchel.awaitState(early, "running");
    satchel.admin().terminate(early).with(202); // And the server ends before the job has.
    end(signal);
    satchel.start();
    satchel.admin().terminate(asked).with(202);
    assertThat(satchel.awaitEnd(asked).path("state").asText()).isEqualTo("terminated");
    assertThat(satchel.awaitEnd(early).path("state").asText()).isEqualTo("terminated");
    JsonNode timedOut = satchel.awaitEnd(late);
    assertThat(timedOut.path("reason_code").asText()).isEqualTo("TIMEOUT");
    assertThat(timedOut.path("exit_code").asInt()).isEqualTo(143);
    assertThat(timedOut.path("attempts")).hasSize(1);
  }

  @Test
  void sigtermStopsTheServerSoonAndLeavesOnlyWhatRunsAndItsRunners() {
    satchel.start();
    String id = satchel.submit("echo here; exec sleep 60", Map.of());
    JsonNode _ = satchel.awaitState(id, "running");
    Path output = satchel.kept().resolve("output/followed.txt");
    Process follower = satchel.spawn(output, "logs", "-f", id);
    try {
      Await.until("the follower follows", () -> contains(output, "here"));
      List<ProcessHandle> below = satchel.server().toHandle().descendants().toList();
      Duration took = timed(satchel::stop);
      for (int tries = 1; tries < 3 && took.compareTo(STOP_LIMIT) >= 0; tries++) {
        satchel.start(); // The machine may have been busy; the follower comes back by itself.
        Installation.pause(Duration.ofSeconds(1));
        took = timed(satchel::stop);
      }
      assertThat(took).isLessThan(STOP_LIMIT);
      assertThat(satchel.server().exitValue()).isIn(0, 143);
      assertThat(satchel.data().resolve("server.json")).doesNotExist();
      List<ProcessHandle> left = below.stream().filter(ProcessHandle::isAlive).toList();
      assertThat(left).isNotEmpty();
      for (ProcessHandle process : left) {
        assertThat(isOfRunner(process, id)).as(Remains.commandLine(process.pid())).isTrue();
      }
    } finally {
      follower.destroyForcibly();
    }
    satchel.start();
    assertThat(satchel.workload(id).path("state").asText()).isEqualTo("running");
    satchel.admin().terminate(id).with(202);
    JsonNode _ = satchel.awaitEnd(id);
    satchel.stop();
    Await.until("no process is left", () -> Remains.processesNaming(satchel.data()).isEmpty());
  }

  private static Duration timed(Runnable act) {
    long begun = System.nanoTime();
    act.run();
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private static boolean isOfRunner(ProcessHandle process, String id) {
    ProcessHandle at = process;
    while (true) {
      String words = Remains.commandLine(at.pid());
      if (words.contains("satchel-runner") && words.contains("/attempts/" + id + "-1")) {
        return true;
      }
      if (at.parent().isEmpty()) {
        return false;
      }
      at = at.parent().get();
    }
  }

  private void end(String signal) {
    if (signal.equals("SIGKILL")) {
      satchel.kill();
    } else {
      satchel.stop();
    }
  }

  private static boolean contains(Path file, String text) {
    return Files.exists(file) && Installation.text(file).contains(text);
  }

  private static void touch(Path go, int number) {
    Path _ = Trees.write(Path.of(go + "-" + number), new byte[0]);
  }
}
