package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.RefusedException;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.Change;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.SecretsCollection;
import dev.satchel.core.application.SecretsCollections;
import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The routes of secrets collections. One of them, and no other, answers with values. */
final class CollectionRoutes {
  private final SecretsCollections collections;

  CollectionRoutes(SecretsCollections collections) {
    this.collections = collections;
  }

  void create(Exchange exchange) {
    Fields body = ApplicationPages.body(exchange);
    ApplicationId application = ApplicationPages.application(exchange);
    CollectionName name = new CollectionName(application, ApplicationPages.newId(body));
    List<Entry> entries = new ArrayList<>();
    try {
      read(body, entries);
      exchange.answer(
          201,
          summary(
              collections.create(exchange.actor(), name, ApplicationPages.about(body), entries)));
    } finally {
      SecretRoutes.close(entries);
    }
  }

  void replace(Exchange exchange) {
    Fields body = ApplicationPages.body(exchange);
    CollectionName name = ApplicationPages.collection(exchange);
    List<Entry> entries = new ArrayList<>();
    try {
      read(body, entries);
      exchange.answer(
          200,
          summary(
              collections.replace(
                  exchange.actor(),
                  name,
                  ApplicationPages.about(body),
                  body.has("secrets") ? entries : null,
                  ApplicationPages.time(body, "updated_at"))));
    } finally {
      SecretRoutes.close(entries);
    }
  }

  void change(Exchange exchange) {
    Fields body = ApplicationPages.body(exchange);
    CollectionName name = ApplicationPages.collection(exchange);
    if (body.has("secrets")) { // Unknown fields are passed over, and this one would be missed.
      throw RefusedException.invalid(
          "secrets", "PATCH changes secrets by operations; send PUT to replace all of them.");
    }
    List<Change> changes = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    try {
      body.items("operations")
          .forEach(
              (at, item) ->
                  changes.add(change(Fields.lenient(Fields.objectOf(item, at), at), at, entries)));
      exchange.answer(
          200,
          summary(
              collections.change(
                  exchange.actor(),
                  name,
                  ApplicationPages.about(body),
                  changes,
                  ApplicationPages.time(body, "updated_at"))));
    } finally {
      SecretRoutes.close(entries);
    }
  }

  void list(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    ApplicationPages.answer(
        exchange,
        (after, limit) -> collections.list(exchange.actor(), application, after, limit),
        last -> last.name().id().value(),
        CollectionRoutes::summary,
        false);
  }

  void reveal(Exchange exchange) {
    CollectionName name = ApplicationPages.collection(exchange);
    SecretsCollections.Revealed revealed = collections.reveal(exchange.actor(), name);
    try {
      ObjectNode answer = summary(revealed.collection());
      ArrayNode secrets = answer.putArray("secrets");
      for (Entry entry : revealed.entries()) {
        secrets
            .addObject()
            .put("type", entry.place().type())
            .put("location", entry.place().location())
            .put("value", new String(entry.value().bytes(), StandardCharsets.UTF_8));
      }
      exchange.answer(200, answer);
    } finally {
      SecretRoutes.close(revealed.entries());
    }
  }

  void delete(Exchange exchange) {
    collections.delete(exchange.actor(), ApplicationPages.collection(exchange));
    exchange.answerNothing();
  }

  private static ObjectNode summary(SecretsCollection collection) {
    return Json.object()
        .put("id", collection.name().id().value())
        .put("application_id", collection.name().application().value())
        .put("name", collection.title())
        .put("description", collection.description())
        .put("created_at", collection.createdAt().toString())
        .put("updated_at", collection.updatedAt().toString());
  }

  private static void read(Fields body, List<Entry> into) {
    body.items("secrets")
        .forEach((at, item) -> into.add(entry(Fields.lenient(Fields.objectOf(item, at), at), at)));
  }

  private static Change change(Fields fields, String at, List<Entry> opened) {
    return switch (fields.requiredText("op")) {
      case "create" -> new Change.Create(kept(entry(fields, at), opened));
      case "update" -> new Change.Update(kept(entry(fields, at), opened));
      case "delete" -> new Change.Delete(at, SecretRoutes.readPlace(fields));
      default ->
          throw RefusedException.invalid(
              fields.at("op"), fields.at("op") + " must be create, update or delete.");
    };
  }

  private static Entry kept(Entry entry, List<Entry> opened) {
    opened.add(entry);
    return entry;
  }

  private static Entry entry(Fields fields, String at) {
    String value = fields.requiredText("value");
    return new Entry(
        at, SecretRoutes.readPlace(fields), SecretValue.ofText(fields.at("value"), value));
  }
}
