package dev.satchel.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** A server that answers what it was told to, and keeps what it was asked. */
public final class Recorder implements AutoCloseable {
  /** One request as it came. */
  public record Asked(String method, String target, Map<String, String> headers, String body) {
    public Node json() {
      return Json.read(body);
    }

    public String path() {
      return target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
    }
  }

  /** What to do with one exchange. */
  @FunctionalInterface
  public interface Reply {
    void send(HttpExchange exchange) throws IOException;
  }

  private final Map<Integer, String> logs = new java.util.concurrent.ConcurrentHashMap<>();
  private final HttpServer server;
  private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Deque<Reply>> replies = new LinkedHashMap<>();

  public Recorder() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  public Asked last() {
    return asked.getLast();
  }

  /** Answers the next such request so; the last answer given for a path serves all further ones. */
  public Recorder on(String methodAndPath, Reply reply) {
    synchronized (replies) {
      replies.computeIfAbsent(methodAndPath, path -> new ArrayDeque<>()).add(reply);
    }
    return this;
  }

  public Recorder on(String methodAndPath, int status, String json) {
    return on(methodAndPath, exchange -> send(exchange, status, "application/json", json));
  }

  public Recorder refuse(String methodAndPath, int status, String code, String detail) {
    return on(
        methodAndPath,
        status,
        Json.write(Map.of("status", status, "code", code, "detail", detail, "title", "No")));
  }

  /** Answers an attempt's log from the cursor on; of several the one that is asked for. */
  public Recorder log(String id, int attempt, String text) {
    logs.put(attempt, text);
    return on(
        "GET /v1/workloads/" + id + "/logs",
        exchange -> {
          String query = String.valueOf(exchange.getRequestURI().getQuery());
          int wanted = number(query, "attempt", attempt);
          exchange.getResponseHeaders().set("Satchel-Attempt", String.valueOf(wanted));
          byte[] whole = logs.getOrDefault(wanted, "").getBytes(StandardCharsets.UTF_8);
          int cursor = Math.min(whole.length, number(query, "cursor", 0));
          String rest = new String(whole, cursor, whole.length - cursor, StandardCharsets.UTF_8);
          send(exchange, 200, "text/plain", rest);
        });
  }

  private static int number(String query, String name, int otherwise) {
    for (String part : query.split("&", -1)) {
      if (part.startsWith(name + "=")) {
        return Integer.parseInt(part.substring(name.length() + 1));
      }
    }
    return otherwise;
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) ->
                headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
    String target = exchange.getRequestURI().toString();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Asked one = new Asked(exchange.getRequestMethod(), target, headers, body);
    asked.add(one);
    reply(one.method() + " " + one.path()).send(exchange);
  }

  private Reply reply(String methodAndPath) {
    synchronized (replies) {
      Deque<Reply> left = replies.get(methodAndPath);
      if (left == null) {
        return exchange -> send(exchange, 500, "text/plain", "not expected: " + methodAndPath);
      }
      return left.size() > 1 ? left.removeFirst() : left.getFirst();
    }
  }

  static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
