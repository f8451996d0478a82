package dev.satchel.server.http;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** Submits small jobs, and waits for what becomes of them. */
final class Jobs {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Jobs() {}

  /** A body whose job runs until it is told to end. */
  static String lasting(String... members) {
    return body("sleep 60", members);
  }

  static String body(String script, String... members) {
    String more = members.length == 0 ? "" : "," + String.join(",", members);
    return "{\"command\":[\"sh\",\"-c\",\"" + script + "\"]" + more + "}";
  }

  static String submit(Client client, String body) {
    return client.post("/v1/workloads", body).is(202).get("id");
  }

  /** Submits a job and waits until it runs. */
  static String run(Client client, String... members) {
    String id = submit(client, lasting(members));
    awaitState(client, id, "running");
    return id;
  }

  static Answer end(Client client, String id) {
    client.delete("/v1/workloads/" + id).is(202);
    return client.get("/v1/workloads/" + id + "?wait_s=20").is(200);
  }

  /** Waits until an attempt of a workload runs. */
  static void awaitAttempt(Client client, String id, int attempt) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!awaitState(client, id, "running").get("attempt").equals(Integer.toString(attempt))) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("attempt " + attempt + " does not run in time");
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  static Answer awaitState(Client client, String id, String state) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (true) {
      Answer answer = client.get("/v1/workloads/" + id).is(200);
      if (answer.get("state").equals(state)) {
        return answer;
      }
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not " + state + " in time: " + answer.text());
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
