package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.access.Actor;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.Cause;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadSpec;
import dev.satchel.core.workload.WorkloadState;
import dev.satchel.core.workload.Workloads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What anycloud's client is told of workloads. Its models are closed: each key must be there, and
 * no other; what this server knows nothing of is null.
 */
final class AnycloudStatus {
  /** The client's states. All of this server's are among them. */
  static final List<String> STATES =
      List.of(
          "queued",
          "provisioning",
          "initializing",
          "downloading",
          "starting",
          "syncing",
          "retrying",
          "recovering",
          "running",
          "finalizing",
          "completed",
          "failed",
          "errored",
          "invalid",
          "terminated");

  private static final List<String> UNKNOWN =
      List.of(
          "agent",
          "availabilityZone",
          "awaitingReleaseMs",
          "checkpointBucket",
          "checkpointStorageRegion",
          "claimDeadlineAt",
          "costSource",
          "deploymentId",
          "diskSizeGb",
          "diskTier",
          "dnsRecordId",
          "imageDigest",
          "inputBucket",
          "inputStorageRegion",
          "outputBucket",
          "outputStorageRegion",
          "publicEndpoint",
          "session",
          "sessionLabel",
          "totalCost",
          "version");

  private static final List<String> UNKNOWN_IN_ROWS =
      List.of(
          "checkpointStorageCredentialId",
          "credentialId",
          "imageRuntime",
          "inputStorageCredentialId",
          "outputStorageCredentialId");

  private AnycloudStatus() {}

  /**
   * A workload's status.
   *
   * @param eventsMax how many events it has at most, the newest
   * @param log the end of its masked log; null to tell nothing of it
   */
  static ObjectNode of(Workloads.Detail detail, int eventsMax, @Nullable String log) {
    Workload workload = detail.workload();
    Attempt current = detail.current();
    ObjectNode status = Json.object();
    status.put("status", isUp(current) ? "up" : workload.state().isTerminal() ? "down" : "-");
    status.set("workload", workload(workload, current));
    List<ObjectNode> events = events(detail);
    ArrayNode shown = status.putArray("events");
    events.subList(Math.max(0, events.size() - eventsMax), events.size()).forEach(shown::add);
    status.put("eventsTotal", events.size());
    if (current.startedAt() != null) {
      status.putArray("vms").add(host(current, log));
    }
    Instant next = workload.nextTryAt();
    if (next != null) {
      ObjectNode retry = status.putObject("retry").put("attempt", workload.newest() + 1);
      retry.put("earliestAt", next.toEpochMilli()).put("latestAt", next.toEpochMilli());
    }
    ObjectNode env = status.putObject("env"); // Visible by its nature; the root is open to it.
    current.env().forEach(env::put);
    return status;
  }

  /** A workload in a list. */
  static ObjectNode row(Actor actor, Workload workload, Attempt attempt) {
    ObjectNode row = workload(workload, attempt);
    UNKNOWN_IN_ROWS.forEach(row::putNull);
    row.put("isOwnedByCaller", workload.submittedBy().equals(actor.tokenName()));
    row.put("latestMessage", attempt.reason());
    return row;
  }

  private static ObjectNode workload(Workload workload, Attempt attempt) {
    WorkloadSpec spec = workload.spec();
    ContainerSpec container = spec.container();
    Instant ended = workload.endedAt();
    ObjectNode told = Json.object();
    UNKNOWN.forEach(told::putNull);
    told.put("id", workload.id());
    told.put("workloadType", "job");
    told.put("state", workload.state().word());
    told.put("userId", workload.submittedBy());
    told.put("image", container == null ? null : container.image());
    told.put("dockerCommand", AnycloudCommand.of(spec, attempt.env()));
    told.put("gpuType", container == null ? null : container.gpu());
    told.put("cloudProvider", "Local");
    told.put("vmType", spec.labels().get("vm_type"));
    told.put("region", spec.labels().get("geolocation"));
    told.put("spot", spec.spot());
    told.put("claimed", attempt.startedAt() != null);
    told.put("submissionRevision", workload.newest());
    told.put("vmCount", isUp(attempt) ? 1 : 0);
    told.put("startedAt", workload.createdAt().toEpochMilli());
    told.put("completedAt", ended == null ? null : ended.toEpochMilli());
    if (ended != null) {
      told.put("cleanedAt", ended.toEpochMilli()); // An end is written once all else is done.
    }
    told.put("vmDurationMs", duration(attempt));
    told.set("dockerOptions", options(container));
    ArrayNode command = spec.command().isEmpty() ? null : told.putArray("command");
    if (command == null) {
      told.putNull("command");
    } else {
      spec.command().forEach(command::add);
    }
    ArrayNode names = told.putArray("secretNames");
    spec.secrets().stream().map(use -> use.name().value()).distinct().forEach(names::add);
    return told;
  }

  private static boolean isUp(Attempt attempt) {
    return attempt.state() == WorkloadState.RUNNING || attempt.state() == WorkloadState.FINALIZING;
  }

  private static @Nullable Long duration(Attempt attempt) {
    Instant started = attempt.startedAt();
    Instant ended = attempt.endedAt();
    return started == null || ended == null ? null : Duration.between(started, ended).toMillis();
  }

  private static @Nullable ObjectNode options(@Nullable ContainerSpec container) {
    if (container == null || (container.cpus() == null && container.memoryMib() == null)) {
      return null;
    }
    ObjectNode options = Json.object();
    if (container.cpus() != null) {
      options.put("cpus", container.cpus().toPlainString());
    }
    if (container.memoryMib() != null) {
      options.put("memory", container.memoryMib() + "m");
    }
    return options;
  }

  /** What has become of each attempt that is shown, oldest first. */
  private static List<ObjectNode> events(Workloads.Detail detail) {
    List<ObjectNode> events = new ArrayList<>();
    for (Attempt attempt : detail.attempts().reversed()) {
      events.add(event(events.size(), attempt, "queued", attempt.createdAt()));
      Instant started = attempt.startedAt();
      if (started != null) {
        events.add(event(events.size(), attempt, "running", started));
      }
      Instant ended = attempt.endedAt();
      if (ended != null) {
        ObjectNode end = event(events.size(), attempt, attempt.state().word(), ended);
        ObjectNode metadata = (ObjectNode) end.path("metadata");
        metadata.put("reason", attempt.reason());
        metadata.put("reasonCode", attempt.cause() == null ? null : attempt.cause().name());
        metadata.put("exitCode", attempt.exitCode());
        events.add(end);
      }
    }
    return events;
  }

  private static ObjectNode event(int id, Attempt attempt, String state, Instant at) {
    ObjectNode event = Json.object();
    event.put("id", id).put("workloadId", attempt.id().workload()).put("state", state);
    event.put("createdAt", at.toEpochMilli());
    event.putObject("metadata").put("attempt", attempt.id().number());
    return event;
  }

  /** The machine of an attempt that has run, as far as the client wants to know it. */
  private static ObjectNode host(Attempt attempt, @Nullable String log) {
    ObjectNode host = Json.object();
    Instant ended = attempt.endedAt();
    host.put("ip", "127.0.0.1");
    host.put("endedAt", ended == null ? null : ended.toEpochMilli());
    ObjectNode container = host.putObject("container");
    container.put("state", ended == null ? "running" : "exited");
    if (attempt.exitCode() != null) {
      container.put("exitCode", attempt.exitCode());
    }
    if (ended != null) {
      container.put("oomKilled", attempt.cause() == Cause.OUT_OF_MEMORY);
    }
    if (log != null) {
      container.put("logs", log);
    }
    return host;
  }
}
