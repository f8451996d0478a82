package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Workloads from submit to end, on the process engine, through the server as it is shipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WorkloadTest {
  private final Installation satchel =
      new Installation("workloads", "--grace", "2", "--retry-back-off-ms", "50");

  @BeforeAll
  void start() {
    satchel.start();
  }

  @AfterAll
  void stop() {
    satchel.close();
  }

  @Test
  void aSecretReachesAJobAndItsLogShowsIt_masked() {
    String value = Marker.value();
    satchel.send("PUT", "/v1/secrets/first", Map.of("values", Map.of("TOKEN", value)));
    String id =
        satchel.submit(
            "printf '%s' \"$TOKEN\" | wc -c; echo \"token $TOKEN end\"",
            Map.of("secrets", List.of("first")));
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).isEqualTo("completed");
    assertThat(ended.path("exit_code").asInt()).isZero();
    assertThat(ended.path("started_at").asText()).startsWith("20"); // However short it was.
    assertThat(satchel.log(id)).isEqualTo(value.length() + "\ntoken *** end\n");
  }

  @Test
  void theTrueExitCodeIsKept() {
    assertThat(satchel.awaitEnd(satchel.submit("exit 42", Map.of())).path("exit_code").asInt())
        .isEqualTo(42);
  }

  @Test
  void aFailingJobIsTriedAgainAsOftenAsItsRetriesSay() {
    JsonNode ended = satchel.awaitEnd(satchel.submit("exit 1", Map.of("retries", 2)));
    assertThat(ended.path("state").asText()).isEqualTo("errored");
    assertThat(ended.path("attempts")).hasSize(3);
  }

  @Test
  void aRetryWhoseBundleIsGoneEndsInvalidAndNamesIt() {
    satchel.send("PUT", "/v1/secrets/fleeting", Map.of("values", Map.of("A", Marker.value())));
    String id =
        satchel.submit("sleep 0.5; exit 1", Map.of("retries", 3, "secrets", List.of("fleeting")));
    satchel.awaitState(id, "running");
    assertThat(satchel.send("DELETE", "/v1/secrets/fleeting", null).status()).isEqualTo(409);
    assertThat(satchel.send("DELETE", "/v1/secrets/fleeting?force=true", null).status())
        .isEqualTo(200);
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).isEqualTo("invalid");
    assertThat(ended.path("reason").asText()).contains("fleeting");
    assertThat(ended.path("attempts")).hasSize(2);
  }

  @Test
  void aJobThatIsOutOfTimeIsEnded() {
    JsonNode ended = satchel.awaitEnd(satchel.submit("sleep 60", Map.of("timeout_s", 1)));
    assertThat(ended.path("state").asText()).isEqualTo("errored");
    assertThat(ended.path("reason_code").asText()).isEqualTo("TIMEOUT");
    assertThat(ended.path("exit_code").asInt()).isEqualTo(143);
  }

  @Test
  void terminateEndsAJobThatIgnoresTheSignal() {
    String id = satchel.submit("trap '' TERM; while :; do sleep 0.1; done", Map.of());
    satchel.awaitState(id, "running");
    assertThat(satchel.send("DELETE", "/v1/workloads/" + id, null).status()).isEqualTo(202);
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).isEqualTo("terminated");
    assertThat(ended.path("exit_code").asInt()).isEqualTo(137);
  }

  @Test
  void resubmitGivesARunningWorkloadWhatItsBundleHoldsNow() {
    satchel.send(
        "PUT", "/v1/secrets/rotated", Map.of("values", Map.of("V", Marker.value() + "-old")));
    String id =
        satchel.submit(
            "printf '%s' \"$V\" | tail -c 3; echo; sleep 60",
            Map.of("secrets", List.of("rotated")));
    satchel.awaitState(id, "running");
    satchel.send(
        "PUT", "/v1/secrets/rotated", Map.of("values", Map.of("V", Marker.value() + "-new")));
    assertThat(satchel.workload(id).at("/secrets/0/stale").asBoolean()).isTrue();
    assertThat(
            satchel
                .send("GET", "/v1/secrets/rotated", null)
                .body()
                .path("stale_workloads")
                .get(0)
                .asText())
        .isEqualTo(id);
    assertThat(satchel.send("POST", "/v1/workloads/" + id + "/resubmissions", null).status())
        .isEqualTo(202);
    long deadline = System.nanoTime() + 20_000_000_000L;
    JsonNode workload = satchel.workload(id);
    while (!(workload.path("attempt").asInt() == 2
        && workload.path("state").asText().equals("running"))) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Installation.pause(java.time.Duration.ofMillis(20));
      workload = satchel.workload(id);
    }
    assertThat(workload.at("/secrets/0/stale").asBoolean()).isFalse();
    assertThat(workload.at("/attempts/1/reason_code").asText()).isEqualTo("SUPERSEDED");
    satchel.send("DELETE", "/v1/workloads/" + id, null);
    satchel.awaitEnd(id);
    assertThat(
            satchel.send("GET", "/v1/workloads/" + id + "/logs?attempt=1", null).response().body())
        .isEqualTo("old\n");
    assertThat(
            satchel.send("GET", "/v1/workloads/" + id + "/logs?attempt=2", null).response().body())
        .isEqualTo("new\n");
  }

  @Test
  void resubmitWithoutItsBundleIsRefusedAndLeavesTheRunningAttemptAlone() {
    satchel.send("PUT", "/v1/secrets/gone", Map.of("values", Map.of("V", Marker.value())));
    String id = satchel.submit("sleep 60", Map.of("secrets", List.of("gone")));
    satchel.awaitState(id, "running");
    satchel.send("DELETE", "/v1/secrets/gone?force=true", null);
    Client.Answer answer = satchel.send("POST", "/v1/workloads/" + id + "/resubmissions", null);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("code").asText()).isEqualTo("SECRET_NOT_FOUND");
    assertThat(answer.body().path("name").asText()).isEqualTo("gone");
    assertThat(satchel.workload(id).path("state").asText()).isEqualTo("running");
    assertThat(satchel.workload(id).path("attempts")).hasSize(1);
  }

  @Test
  void anEndedWorkloadCanBeResubmitted() {
    String id = satchel.submit("exit $CODE", Map.of("env", Map.of("CODE", "5")));
    assertThat(satchel.awaitEnd(id).path("exit_code").asInt()).isEqualTo(5);
    satchel.send(
        "POST", "/v1/workloads/" + id + "/resubmissions", Map.of("env", Map.of("CODE", "0")));
    JsonNode ended = satchel.awaitEnd(id);
    assertThat(ended.path("state").asText()).isEqualTo("completed");
    assertThat(ended.path("attempt").asInt()).isEqualTo(2);
  }

  @Test
  void aCommandThatIsNotThereIsSaidSo() {
    Client.Answer answer =
        satchel.send("POST", "/v1/workloads", Map.of("command", List.of("no-such-command-here")));
    JsonNode ended = satchel.awaitEnd(answer.body().path("id").asText());
    assertThat(ended.path("exit_code").asInt()).isEqualTo(127);
    assertThat(ended.path("reason").asText()).contains("not found");
  }
}
