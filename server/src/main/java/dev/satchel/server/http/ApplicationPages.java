package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.RefusedException;
import dev.satchel.core.application.About;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.PartId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the routes of applications share: ids of paths, texts that repeat, lists in both shapes. */
final class ApplicationPages {
  /** Rows of one page, of which the client asks for 500 at the most. */
  private static final int PAGE = 500;

  private ApplicationPages() {}

  /** Reads a page of rows behind an id; empty for the first. */
  interface Reader<T> {
    List<T> read(String after, int limit);
  }

  static ApplicationId application(Exchange exchange) {
    return new ApplicationId(exchange.path("app"));
  }

  static PartId part(Exchange exchange) {
    return new PartId(exchange.path("id"));
  }

  static CollectionName collection(Exchange exchange) {
    return new CollectionName(application(exchange), part(exchange));
  }

  static Fields body(Exchange exchange) {
    return Fields.lenient(exchange.body(), "");
  }

  /** The id of what is to be made. */
  static PartId newId(Fields body) {
    return new PartId(body.requiredText("id"));
  }

  static About about(Fields body) {
    return new About(body.text("name"), body.text("description"));
  }

  static @Nullable Instant time(Fields body, String field) {
    String text = body.text(field);
    try {
      return text == null || text.isEmpty() ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw RefusedException.invalid(
          field, field + " must be a time with its zone, such as 2027-01-31T12:00:00.123456Z.");
    }
  }

  /**
   * Answers a list: a page where the caller asks for pages, otherwise all of it.
   *
   * @param isArray whether all of it is a bare array; otherwise it looks as a page does
   */
  static <T> void answer(
      Exchange exchange,
      Reader<T> reader,
      Function<T, String> key,
      Function<T, ObjectNode> item,
      boolean isArray) {
    boolean isPage = "true".equals(exchange.context().queryParam("pagereturn"));
    ArrayNode items = Json.array();
    String next = isPage ? pageKey(exchange) : "";
    do {
      List<T> found = reader.read(next, PAGE + 1);
      List<T> shown = found.subList(0, Math.min(PAGE, found.size()));
      shown.forEach(row -> items.add(item.apply(row)));
      next = found.size() > PAGE ? key.apply(shown.getLast()) : "";
    } while (!isPage && !next.isEmpty());
    answer(exchange, items, next, isArray && !isPage);
  }

  /** Answers a list of which there is nothing here. */
  static void answerNone(Exchange exchange, boolean isArray) {
    boolean isPage = "true".equals(exchange.context().queryParam("pagereturn"));
    answer(exchange, Json.array(), "", isArray && !isPage);
  }

  private static void answer(Exchange exchange, ArrayNode items, String next, boolean isArray) {
    if (isArray) {
      exchange.answer(200, items);
      return;
    }
    ObjectNode page = Json.object();
    page.set("items", items);
    page.put("next_page_token", next.isEmpty() ? "" : Exchange.pageToken(next));
    exchange.answer(200, page);
  }

  private static String pageKey(Exchange exchange) {
    String token = exchange.context().queryParam("pagetoken");
    if (token == null || token.isEmpty()) {
      return "";
    }
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw RefusedException.invalid(
          "pagetoken", "pagetoken is not one that this server gave; begin again without it.");
    }
  }
}
