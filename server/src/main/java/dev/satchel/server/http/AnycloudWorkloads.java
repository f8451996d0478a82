package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Permission;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Logs;
import dev.satchel.core.workload.WorkloadState;
import dev.satchel.core.workload.WorkloadStore;
import dev.satchel.core.workload.Workloads;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Workloads as anycloud's client submits, polls, lists, ends and resubmits them. */
final class AnycloudWorkloads {
  private static final int LIST_DEFAULT = 200;
  private static final int LIST_MAX = 1000;
  private static final int EVENTS_MAX = 1000;

  /** A verbose status is one JSON text: of a long log it has the end. */
  private static final int LOG_MAX_BYTES = 256 * 1024;

  private final Workloads workloads;
  private final Logs logs;

  AnycloudWorkloads(Workloads workloads, Logs logs) {
    this.workloads = workloads;
    this.logs = logs;
  }

  void submit(Exchange exchange) {
    exchange.allowQuery();
    var spec = WorkloadRequests.read(AnycloudSubmit.read(exchange.body()));
    AttemptId attempt =
        workloads.submit(exchange.actor(), spec, exchange.idempotencyKey()).attempt();
    exchange.answer(202, Json.object().put("id", attempt.workload()));
  }

  void get(Exchange exchange) {
    exchange.allowQuery("verbose", "eventsLimit");
    int events = (int) exchange.number("eventsLimit", EVENTS_MAX, 0, EVENTS_MAX);
    boolean verbose = exchange.flag("verbose");
    Workloads.Detail detail = workloads.detail(exchange.actor(), exchange.path("id"));
    exchange.answer(200, AnycloudStatus.of(detail, events, verbose ? log(exchange, detail) : null));
  }

  /** The end of the current attempt's masked log, for whoever may read it. */
  private String log(Exchange exchange, Workloads.Detail detail) {
    exchange.actor().require(Permission.RUN_WORKLOADS);
    workloads.requireUses(exchange.actor(), detail.workload());
    AttemptId attempt = detail.current().id();
    long size = logs.size(attempt);
    int bytes = (int) Math.min(size, LOG_MAX_BYTES);
    return new String(logs.read(attempt, size - bytes, bytes), StandardCharsets.UTF_8);
  }

  void list(Exchange exchange) {
    exchange.allowQuery("limit", "status", "workloadType", "sinceMs");
    long since = exchange.number("sinceMs", 0, 0, Long.MAX_VALUE);
    String type = exchange.query("workloadType");
    int limit = (int) exchange.number("limit", LIST_DEFAULT, 1, LIST_MAX);
    List<WorkloadState> states = states(exchange);
    ArrayNode rows = Json.array();
    boolean none = exchange.query("status") != null && states.isEmpty();
    if (!none && (type == null || type.equals("job"))) {
      var filter =
          new WorkloadStore.Filter(exchange.actor().workspace(), states, null, null, null, limit);
      for (WorkloadStore.Listed listed : workloads.list(filter)) {
        if (listed.workload().createdAt().toEpochMilli() >= since) {
          Attempt attempt = listed.attempt();
          rows.add(AnycloudStatus.row(exchange.actor(), listed.workload(), attempt));
        }
      }
    }
    exchange.answer(200, rows);
  }

  /** Those of the client's states that this server has; it has never anything in the others. */
  private static List<WorkloadState> states(Exchange exchange) {
    List<WorkloadState> states = new ArrayList<>();
    String text = exchange.query("status");
    if (text == null) {
      return states;
    }
    for (String word : text.split(",", -1)) {
      if (!AnycloudStatus.STATES.contains(word)) {
        throw RefusedException.invalid(
            "status", "Unknown state. States: " + String.join(", ", AnycloudStatus.STATES) + ".");
      }
      WorkloadState.of(word).ifPresent(states::add);
    }
    return states;
  }

  void terminate(Exchange exchange) {
    exchange.allowQuery();
    var _ = workloads.terminate(exchange.actor(), exchange.path("id"));
    exchange.answer(202, Json.object().put("message", "The workload was asked to end."));
  }

  void resubmit(Exchange exchange) {
    exchange.allowQuery();
    Fields body = new Fields(exchange.optionalBody(), "", "session", "timeout");
    if (body.has("timeout")) {
      throw RefusedException.invalid(
          "timeout",
          "timeout is of pool jobs alone, and this server keeps no pools: leave it out.");
    }
    var accepted =
        workloads.resubmit(exchange.actor(), exchange.path("id"), null, exchange.idempotencyKey());
    exchange.answer(
        202,
        Json.object()
            .put("message", "Attempt " + accepted.attempt().number() + " of the workload waits."));
  }
}
