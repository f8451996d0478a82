package dev.satchel.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.api.EntryItem;
import dev.satchel.api.SecretDeleted;
import dev.satchel.api.SecretDetail;
import dev.satchel.api.SecretItem;
import dev.satchel.api.SecretWritten;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.BundleSummary;
import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.secret.Secrets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The routes of bundles. No answer of theirs has a place for a value. */
final class SecretRoutes {
  private final Secrets secrets;

  SecretRoutes(Secrets secrets) {
    this.secrets = secrets;
  }

  void put(Exchange exchange) {
    exchange.allowQuery();
    BundleName name = new BundleName(exchange.path("name"));
    Fields body = new Fields(exchange.body(), "", "entries", "values");
    List<Entry> entries = new ArrayList<>();
    try {
      readEntries(body, "entries", entries);
      readValues(body, entries);
      answer(exchange, secrets.put(exchange.actor(), name, entries, exchange.expected()));
    } finally {
      close(entries);
    }
  }

  void change(Exchange exchange) {
    exchange.allowQuery();
    BundleName name = new BundleName(exchange.path("name"));
    Fields body = new Fields(exchange.body(), "", "set", "unset");
    List<Entry> set = new ArrayList<>();
    try {
      readEntries(body, "set", set);
      answer(
          exchange,
          secrets.change(exchange.actor(), name, set, readPlaces(body), exchange.expected()));
    } finally {
      close(set);
    }
  }

  void list(Exchange exchange) {
    exchange.allowQuery("limit", "page_token");
    String after = exchange.pageKey();
    List<BundleSummary> found =
        secrets.list(exchange.actor(), after == null ? "" : after, exchange.limit() + 1);
    exchange.answerPage(found, last -> last.bundle().name().value(), SecretRoutes::item);
  }

  void get(Exchange exchange) {
    exchange.allowQuery();
    Secrets.Detail detail = secrets.detail(exchange.actor(), new BundleName(exchange.path("name")));
    Bundle bundle = detail.bundle();
    exchange.context().header("ETag", "\"" + bundle.revision() + "\"");
    exchange.answer(
        200,
        new SecretDetail(
            bundle.name().value(),
            bundle.id(),
            bundle.revision(),
            bundle.createdAt(),
            bundle.updatedAt(),
            detail.places().stream().map(SecretRoutes::item).toList(),
            detail.holders(),
            detail.stale()));
  }

  void delete(Exchange exchange) {
    exchange.allowQuery("force");
    Secrets.Deleted deleted =
        secrets.delete(
            exchange.actor(), new BundleName(exchange.path("name")), exchange.flag("force"));
    Bundle bundle = deleted.bundle();
    exchange.answer(
        200,
        new SecretDeleted(
            bundle.name().value(), bundle.id(), bundle.revision(), deleted.holders()));
  }

  static EntryItem item(Place place) {
    return new EntryItem(place.type(), place.location());
  }

  private static SecretItem item(BundleSummary summary) {
    Bundle bundle = summary.bundle();
    return new SecretItem(
        bundle.name().value(),
        bundle.id(),
        bundle.revision(),
        bundle.createdAt(),
        bundle.updatedAt(),
        summary.holds());
  }

  private static void answer(Exchange exchange, Secrets.Written written) {
    Bundle bundle = written.bundle();
    exchange.context().header("ETag", "\"" + bundle.revision() + "\"");
    exchange.answer(
        bundle.revision() == 1 ? 201 : 200,
        new SecretWritten(
            bundle.name().value(),
            bundle.id(),
            bundle.revision(),
            bundle.createdAt(),
            bundle.updatedAt(),
            written.added(),
            written.replaced(),
            written.dropped()));
  }

  private static void readEntries(Fields body, String field, List<Entry> into) {
    for (Map.Entry<String, JsonNode> item : body.items(field).entrySet()) {
      ObjectNode object = Fields.objectOf(item.getValue(), item.getKey());
      Fields entry = new Fields(object, item.getKey(), "type", "location", "value", "encoding");
      into.add(new Entry(item.getKey(), readPlace(entry), readValue(entry)));
    }
  }

  private static Set<Place> readPlaces(Fields body) {
    Set<Place> places = new LinkedHashSet<>();
    body.items("unset")
        .forEach(
            (at, item) -> {
              Fields entry = new Fields(Fields.objectOf(item, at), at, "type", "location");
              if (!places.add(readPlace(entry))) {
                throw RefusedException.invalid(at, at + " repeats an entry before it.");
              }
            });
    return places;
  }

  static Place readPlace(Fields entry) {
    String type = entry.requiredText("type");
    String location = entry.requiredText("location");
    String at = entry.at("location");
    return switch (type) {
      case "env" -> Fields.at(at, () -> new Place.Env(location));
      case "file" -> Fields.at(at, () -> new Place.File(location));
      default ->
          throw RefusedException.invalid(
              entry.at("type"), entry.at("type") + " must be \"env\" or \"file\".");
    };
  }

  private static SecretValue readValue(Fields entry) {
    String value = entry.requiredText("value");
    String encoding = entry.text("encoding");
    if (encoding == null) {
      return SecretValue.ofText(entry.at("value"), value);
    }
    if (!encoding.equals("base64")) {
      throw RefusedException.invalid(
          entry.at("encoding"),
          entry.at("encoding") + " can only be \"base64\"; leave it out for text.");
    }
    try {
      return SecretValue.of(Base64.getDecoder().decode(value));
    } catch (IllegalArgumentException e) {
      throw RefusedException.invalid(entry.at("value"), entry.at("value") + " is not base64.");
    }
  }

  static void readValues(Fields body, List<Entry> into) {
    Map<String, String> values = body.textMap("values");
    if (values == null) {
      return;
    }
    if (body.has("entries")) {
      throw RefusedException.invalid("values", "Send \"entries\" or \"values\", not both.");
    }
    for (Map.Entry<String, String> member : values.entrySet()) {
      String where = "values, member " + (into.size() + 1);
      Place place = Fields.at(where, () -> new Place.Env(member.getKey()));
      into.add(new Entry(where, place, SecretValue.ofText(where, member.getValue())));
    }
  }

  static void close(List<Entry> entries) {
    entries.forEach(entry -> entry.value().close());
  }
}
