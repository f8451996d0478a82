package dev.satchel.sdk;

import dev.satchel.sdk.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request: built by its methods, each of which answers a new one.
 *
 * @param target path and query
 * @param body JSON text; null for none
 */
record Call(
    String method,
    String target,
    Map<String, String> headers,
    @Nullable String body,
    Repeat repeat) {

  /** Whether it may be sent again after it has failed. */
  enum Repeat {
    /** Whatever became of it: twice is as good as once. */
    FREELY,
    /**
     * Where it surely was not carried out: nobody listened, or the server was too busy to begin.
     */
    IF_NOT_DONE,
    /** Never. */
    NEVER
  }

  Call {
    headers = Map.copyOf(headers);
  }

  static Call get(String path) {
    return new Call("GET", path, Map.of(), null, Repeat.FREELY);
  }

  static Call put(String path, Object body) {
    return new Call("PUT", path, Map.of(), Json.write(body), Repeat.FREELY);
  }

  /** Not repeated, unless it is {@link #keyed}. */
  static Call post(String path, Object body) {
    return postJson(path, Json.write(body));
  }

  static Call postJson(String path, String json) {
    return new Call("POST", path, Map.of(), json, Repeat.NEVER);
  }

  static Call patch(String path) {
    return new Call("PATCH", path, Map.of(), null, Repeat.IF_NOT_DONE);
  }

  static Call delete(String path) {
    return new Call("DELETE", path, Map.of(), null, Repeat.IF_NOT_DONE);
  }

  /** Adds a query parameter; nothing where the value is null. */
  Call with(String name, @Nullable Object value) {
    if (value == null) {
      return this;
    }
    String pair = name + "=" + segment(value.toString());
    return new Call(
        method, target + (target.indexOf('?') < 0 ? "?" : "&") + pair, headers, body, repeat);
  }

  Call header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Call(method, target, more, body, repeat);
  }

  /**
   * Makes it safe to send again: the server answers the same key with its first answer.
   *
   * @param key the caller's; null for one that is used for this call alone
   */
  Call keyed(@Nullable String key) {
    return header("Idempotency-Key", key == null ? UUID.randomUUID().toString() : key)
        .repeated(Repeat.FREELY);
  }

  Call repeated(Repeat other) {
    return new Call(method, target, headers, body, other);
  }

  /** A name as one segment of a path. */
  static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() { // The body may hold values.
    return method + " " + target;
  }
}
