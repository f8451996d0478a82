package dev.satchel.server.http;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.application.Runs;
import dev.satchel.core.workload.RunReport;
import dev.satchel.core.workload.Workloads;
import java.nio.file.Files;
import java.nio.file.Path;

/** The routes of what runs report: their assets. */
final class AssetRoutes {
  private final Runs runs;

  AssetRoutes(Runs runs) {
    this.runs = runs;
  }

  void list(Exchange exchange) {
    String run = opened(exchange).workload().id();
    Path assets = runs.files().report(run, RunReport.ASSETS);
    ObjectNode answer = Json.object();
    if (DataJson.holds(JsonToken.START_ARRAY, assets)) {
      answer.putPOJO("items", new DataFile(assets));
    } else {
      answer.putArray("items");
    }
    exchange.stream(answer);
  }

  void get(Exchange exchange) {
    Path file = runs.files().asset(opened(exchange).workload().id(), exchange.path("asset"));
    if (!Files.isRegularFile(file)) {
      throw new RefusedException(
          Reason.WORKLOAD_NOT_FOUND, "This run has no such asset; its list of assets names them.");
    }
    exchange.answer(
        200,
        Json.object()
            .put("download_url", RunRoutes.address(exchange, runs.transfers().download(file)))
            .put("type", "json"));
  }

  private Workloads.Detail opened(Exchange exchange) {
    return runs.opened(
        exchange.actor(), ApplicationPages.application(exchange), exchange.path("id"));
  }
}
