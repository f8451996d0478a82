package dev.satchel.cli.http;

import dev.satchel.sdk.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request: built by its {@code with…} methods, each of which answers a new one.
 *
 * @param body JSON text; null for none
 */
public record Request(
    String method, String path, String query, Map<String, String> headers, @Nullable String body) {
  public Request {
    headers = Map.copyOf(headers);
  }

  public static Request get(String path) {
    return new Request("GET", path, "", Map.of(), null);
  }

  public static Request put(String path, Object body) {
    return new Request("PUT", path, "", Map.of(), Json.write(body));
  }

  /** One whose body is a file. */
  public static Request putFile(String path) {
    return new Request("PUT", path, "", Map.of(), null);
  }

  public static Request post(String path, @Nullable Object body) {
    return new Request("POST", path, "", Map.of(), body == null ? null : Json.write(body));
  }

  /** A PUT whose body is sent apart from it. */
  public static Request upload(String path) {
    return new Request("PUT", path, "", Map.of(), null);
  }

  public static Request delete(String path) {
    return new Request("DELETE", path, "", Map.of(), null);
  }

  /** Adds a query parameter; nothing where the value is null. */
  public Request with(String name, @Nullable Object value) {
    if (value == null) {
      return this;
    }
    String pair = name + "=" + encoded(value.toString());
    return new Request(method, path, query.isEmpty() ? pair : query + "&" + pair, headers, body);
  }

  /** Adds a header; nothing where the value is null. */
  public Request header(String name, @Nullable String value) {
    if (value == null) {
      return this;
    }
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Request(method, path, query, more, body);
  }

  /** Makes this safe to send again: the server answers the same key with its first answer. */
  public Request once() {
    return header("Idempotency-Key", UUID.randomUUID().toString());
  }

  boolean mayBeRepeated() {
    return headers.containsKey("Idempotency-Key");
  }

  /** What may be told of where it goes: whoever knows the address of a transfer may use it. */
  String shown() {
    return path.startsWith("/uploads/") ? "/uploads/…" : target();
  }

  String target() {
    return query.isEmpty() ? path : path + "?" + query;
  }

  /** A name as one segment of a path. */
  public static String segment(String name) {
    return encoded(name);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() { // The body may hold values.
    return method + " " + path;
  }
}
