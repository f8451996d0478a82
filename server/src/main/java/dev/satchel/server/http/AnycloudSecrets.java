package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.BundleSummary;
import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.Expected;
import dev.satchel.core.secret.Secrets;
import java.util.ArrayList;
import java.util.List;

/** Bundles as anycloud's client writes, lists and deletes them: of variables, all at once. */
final class AnycloudSecrets {
  private static final int PAGE = 1000;

  private final Secrets secrets;

  AnycloudSecrets(Secrets secrets) {
    this.secrets = secrets;
  }

  void put(Exchange exchange) {
    exchange.allowQuery();
    BundleName name = new BundleName(exchange.path("name"));
    Fields body = new Fields(exchange.body(), "", "values");
    if (!body.has("values")) {
      throw RefusedException.invalid("values", "values is missing; it must be an object of texts.");
    }
    List<Entry> entries = new ArrayList<>();
    try {
      SecretRoutes.readValues(body, entries);
      var _ = secrets.put(exchange.actor(), name, entries, new Expected.Anything());
      exchange.answerNothing();
    } finally {
      SecretRoutes.close(entries);
    }
  }

  /** All there are: the client knows no pages. Names of bundles are what it takes for names. */
  void list(Exchange exchange) {
    exchange.allowQuery();
    ArrayNode rows = Json.array();
    List<BundleSummary> page = List.of();
    do {
      String after = page.isEmpty() ? "" : page.getLast().bundle().name().value();
      page = secrets.list(exchange.actor(), after, PAGE);
      for (BundleSummary summary : page) {
        Bundle bundle = summary.bundle();
        rows.addObject()
            .put("name", bundle.name().value())
            .put("createdAt", bundle.createdAt().toEpochMilli())
            .put("updatedAt", bundle.updatedAt().toEpochMilli());
      }
    } while (page.size() == PAGE);
    exchange.answer(200, rows);
  }

  void delete(Exchange exchange) {
    exchange.allowQuery("force");
    BundleName name = new BundleName(exchange.path("name"));
    var _ = secrets.delete(exchange.actor(), name, exchange.flag("force"));
    exchange.answerNothing();
  }
}
