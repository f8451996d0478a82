package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.api.Page;
import dev.satchel.core.RandomIds;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.application.PartId;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Expected;
import dev.satchel.core.workload.IdempotencyKey;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One request of somebody who is known, and the answer to it. */
final class Exchange implements AutoCloseable {
  private static final Pattern QUERY = Pattern.compile("(?:[^%]|%[0-9A-Fa-f]{2})*+");
  private static final Pattern REVISION = Pattern.compile("\"([0-9]{1,18})\"");
  private static final int LIMIT_MAX = 1000;
  private static final int LIMIT_DEFAULT = 100;

  private final Context context;
  private final Actor actor;
  private final Bodies bodies;
  private final Bodies.Room room;
  private final @Nullable String publicUrl; // Null for what the caller asked.
  private byte @Nullable [] body; // Null until it is asked for.

  Exchange(Context context, Actor actor, Bodies bodies, @Nullable String publicUrl) {
    this.context = context;
    this.actor = actor;
    this.bodies = bodies;
    this.room = bodies.room();
    this.publicUrl = publicUrl;
  }

  /** Gives up what the body took. */
  @Override
  public void close() {
    body = null;
    room.close();
  }

  Actor actor() {
    return actor;
  }

  Context context() {
    return context;
  }

  /** The whole address of a path, as the operator names this server, else as the caller did. */
  String address(String path) {
    return publicUrl == null
        ? context.req().getScheme() + "://" + context.host() + path
        : publicUrl + path;
  }

  /** A part of the path, decoded. */
  String path(String name) {
    return context.pathParam(name);
  }

  /** The name or id that the path gives; empty where it has none, or one of a wrong form. */
  String subject() {
    var path = context.pathParamMap();
    String application = path.get("app");
    if (application != null) {
      String part = path.getOrDefault("id", "");
      boolean named = PartId.isId(application);
      return named && PartId.isId(part) ? application + "/" + part : named ? application : "";
    }
    String name = path.get("name");
    return name != null && BundleName.isName(name)
        ? name
        : RandomIds.shortIdOrEmpty(path.getOrDefault("id", ""));
  }

  /**
   * Refuses query parameters that this route does not know: a misspelt {@code force} must not be
   * ignored.
   */
  void allowQuery(String... known) {
    String query = context.queryString();
    if (query != null && !QUERY.matcher(query).matches()) { // Jetty would drop all of it.
      throw RefusedException.invalid(
          "query", "The query has a \"%\" without two hexadecimal digits behind it; send %25.");
    }
    context
        .queryParamMap()
        .forEach(
            (name, values) -> {
              if (!List.of(known).contains(name)) {
                throw RefusedException.invalid(
                    "query",
                    known.length == 0
                        ? "This route takes no query parameters."
                        : "Unknown query parameter. Known ones: " + String.join(", ", known) + ".");
              }
              if (values.size() > 1) {
                throw RefusedException.invalid(name, name + " may stand in the query only once.");
              }
            });
  }

  @Nullable String query(String name) {
    return context.queryParam(name);
  }

  boolean flag(String name) {
    String value = query(name);
    if (value == null || value.equals("false")) {
      return false;
    }
    if (value.isEmpty() || value.equals("true")) {
      return true;
    }
    throw RefusedException.invalid(name, name + " must be true or false.");
  }

  /** A number of the query, from {@code min} to {@code max}. */
  long number(String name, long otherwise, long min, long max) {
    String value = query(name);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, with the range.
    }
    throw RefusedException.invalid(
        name, name + " must be a number from " + min + " to " + max + ".");
  }

  /** How many items a page may have. */
  int limit() {
    return (int) number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
  }

  /** What {@link #pageToken} was made of; null for the first page. */
  @Nullable String pageKey() {
    String token = query("page_token");
    if (token == null) {
      return null;
    }
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw badPageToken();
    }
  }

  static RefusedException badPageToken() {
    return RefusedException.invalid(
        "page_token", "page_token is not one that this server gave; begin again without it.");
  }

  /**
   * Answers one page of a list.
   *
   * @param found one more than the page may have, where there are more
   * @param key what the next page comes after, of the last that is shown
   */
  <T> void answerPage(List<T> found, Function<T, String> key, Function<T, ?> item) {
    int limit = limit();
    List<T> shown = found.subList(0, Math.min(limit, found.size()));
    String next = found.size() > limit ? pageToken(key.apply(shown.getLast())) : null;
    answer(200, new Page<>(shown.stream().map(item).toList(), next));
  }

  /** A page's end as callers carry it. */
  static String pageToken(String key) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  /** The body, which must be one JSON object of at most 8 MiB. */
  ObjectNode body() {
    return Json.parse(bodyBytes());
  }

  /** The body, or an empty object where there is none. */
  ObjectNode optionalBody() {
    byte[] body = bodyBytes();
    return body.length == 0 ? Json.object() : Json.parse(body);
  }

  /** The body as it was sent, of at most 8 MiB. */
  byte[] rawBody() {
    return bodyBytes();
  }

  private byte[] bodyBytes() {
    if (body == null) {
      try {
        body = bodies.read(room, context.req().getInputStream(), declaredLength());
      } catch (IOException e) {
        throw RefusedException.invalid("body", "The body did not arrive whole.");
      }
    }
    return body;
  }

  private long declaredLength() {
    return context.req().getContentLengthLong();
  }

  /** What the caller believes to be there, from {@code If-Match} and {@code If-None-Match}. */
  Expected expected() {
    String match = context.header("If-Match");
    String noneMatch = context.header("If-None-Match");
    if (match != null && noneMatch != null) {
      throw RefusedException.invalid("If-Match", "Send If-Match or If-None-Match, not both.");
    }
    if (noneMatch != null) {
      if (!noneMatch.equals("*")) {
        throw RefusedException.invalid("If-None-Match", "If-None-Match can only be * here.");
      }
      return new Expected.Nothing();
    }
    if (match == null) {
      return new Expected.Anything();
    }
    var matcher = REVISION.matcher(match);
    if (!matcher.matches()) {
      throw RefusedException.invalid(
          "If-Match", "If-Match must be a revision in double quotes, such as \"3\".");
    }
    return new Expected.Revision(Long.parseLong(matcher.group(1)));
  }

  @Nullable IdempotencyKey idempotencyKey() {
    String key = context.header("Idempotency-Key");
    return key == null ? null : new IdempotencyKey(key, hashOfRequest());
  }

  void answer(int status, Object body) {
    context.status(status).contentType("application/json").result(Json.bytes(body));
  }

  /** Answers as it goes, for what may hold a {@link DataFile}. */
  void stream(Object body) {
    context.status(200).contentType("application/json");
    Streamed.write(context, out -> Json.write(out, body));
  }

  /** It was done, and there is nothing to tell. */
  void answerNothing() {
    context.status(204);
  }

  private byte[] hashOfRequest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(
          (context.method() + " " + context.path() + "\n").getBytes(StandardCharsets.UTF_8));
      return digest.digest(bodyBytes());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
  }
}
