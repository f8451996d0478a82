package dev.satchel.server.http;

import dev.satchel.api.WorkloadAccepted;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.call.Calls;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Plan;
import dev.satchel.core.workload.WorkloadSpec;
import dev.satchel.core.workload.WorkloadState;
import dev.satchel.core.workload.WorkloadStore;
import dev.satchel.core.workload.Workloads;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routes of workloads, save their logs. */
final class WorkloadRoutes {
  private static final Instant NO_TIME_YET = Instant.parse("9999-12-31T23:59:59Z");
  static final int WAIT_MAX_S = 50; // Below what proxies and clients wait for an answer.

  private final Workloads workloads;
  private final Calls calls;

  WorkloadRoutes(Workloads workloads, Calls calls) {
    this.workloads = workloads;
    this.calls = calls;
  }

  void submit(Exchange exchange) {
    exchange.allowQuery();
    var spec = WorkloadRequests.read(exchange.body());
    if (spec.java() == null) {
      answer(exchange, workloads.submit(exchange.actor(), spec, exchange.idempotencyKey()));
    } else {
      byte[] request = JavaRequests.request(exchange.body());
      answer(exchange, calls.submit(exchange.actor(), spec, request, exchange.idempotencyKey()));
    }
  }

  void plan(Exchange exchange) {
    exchange.allowQuery();
    var spec = WorkloadRequests.read(exchange.body());
    Plan plan =
        spec.java() == null
            ? workloads.plan(exchange.actor(), spec)
            : calls.plan(exchange.actor(), spec);
    exchange.answer(200, WorkloadAnswers.plan(plan));
  }

  void resubmit(Exchange exchange) {
    exchange.allowQuery();
    var env = WorkloadRequests.readEnv(exchange.optionalBody());
    answer(
        exchange,
        workloads.resubmit(exchange.actor(), exchange.path("id"), env, exchange.idempotencyKey()));
  }

  void terminate(Exchange exchange) {
    exchange.allowQuery();
    answer(exchange, workloads.terminate(exchange.actor(), exchange.path("id")));
  }

  void get(Exchange exchange) {
    exchange.allowQuery("wait_s");
    long wait = exchange.number("wait_s", 0, 0, WAIT_MAX_S);
    Workloads.Detail detail = detail(exchange, wait);
    exchange.answer(200, WorkloadAnswers.detail(detail));
  }

  void list(Exchange exchange) {
    exchange.allowQuery("state", "kind", "name", "limit", "page_token");
    String kind = exchange.query("kind");
    if (kind != null && !WorkloadSpec.KINDS.contains(kind)) {
      throw RefusedException.invalid(
          "kind", "kind is one of " + String.join(", ", WorkloadSpec.KINDS) + " on this server.");
    }
    List<WorkloadStore.Listed> found =
        workloads.list(
            new WorkloadStore.Filter(
                exchange.actor().workspace(),
                states(exchange.query("state")),
                kind,
                exchange.query("name"),
                position(exchange.pageKey()),
                exchange.limit() + 1));
    exchange.answerPage(found, WorkloadRoutes::key, WorkloadAnswers::item);
  }

  private Workloads.Detail detail(Exchange exchange, long waitSeconds) {
    String id = exchange.path("id");
    if (waitSeconds == 0) {
      return workloads.detail(exchange.actor(), id);
    }
    try {
      return workloads.awaitEnd(exchange.actor(), id, Duration.ofSeconds(waitSeconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(Reason.STORE_BUSY, "The server is stopping; ask again.");
    }
  }

  private static void answer(Exchange exchange, Workloads.Accepted accepted) {
    AttemptId attempt = accepted.attempt();
    exchange.answer(
        202, new WorkloadAccepted(attempt.workload(), accepted.state().word(), attempt.number()));
  }

  /**
   * States by name, several parted by commas; {@code live} stands for all that are not terminal.
   */
  private static List<WorkloadState> states(@Nullable String text) {
    List<WorkloadState> states = new ArrayList<>();
    if (text == null) {
      return states;
    }
    for (String word : text.split(",", -1)) {
      if (word.equals("live")) {
        Arrays.stream(WorkloadState.values()).filter(s -> !s.isTerminal()).forEach(states::add);
      } else {
        states.add(WorkloadState.of(word).orElseThrow(WorkloadRoutes::unknownState));
      }
    }
    return states;
  }

  private static RefusedException unknownState() {
    String known =
        String.join(", ", Arrays.stream(WorkloadState.values()).map(WorkloadState::word).toList());
    return RefusedException.invalid(
        "state", "Unknown state. States: live (all that have not ended), " + known + ".");
  }

  private static String key(WorkloadStore.Listed last) {
    return last.workload().createdAt() + " " + last.workload().id();
  }

  private static WorkloadStore.@Nullable Position position(@Nullable String key) {
    if (key == null) {
      return null;
    }
    String[] parts = key.split(" ", -1);
    try {
      if (parts.length == 2) {
        Instant createdAt = Instant.parse(parts[0]);
        if (createdAt.isAfter(Instant.EPOCH) && createdAt.isBefore(NO_TIME_YET)) {
          return new WorkloadStore.Position(createdAt, parts[1]);
        }
      }
    } catch (DateTimeParseException e) {
      // Told below.
    }
    throw Exchange.badPageToken();
  }
}
