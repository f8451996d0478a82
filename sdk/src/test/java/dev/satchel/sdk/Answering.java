package dev.satchel.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A server that answers every request as it is told to, and keeps what it was asked. */
final class Answering implements AutoCloseable {
  /** One request as it came. */
  record Asked(String method, String target, String key, String body) {}

  /** What to do with one exchange. */
  @FunctionalInterface
  interface Reply {
    void send(HttpExchange exchange, String body) throws IOException;
  }

  private final HttpServer server;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  Answering(Reply reply) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
          asked.add(
              new Asked(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  key == null ? "" : key,
                  body));
          reply.send(exchange, body);
        });
    server.start();
  }

  static Answering with(int status, String json) throws IOException {
    return new Answering((exchange, body) -> send(exchange, status, json));
  }

  static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  Satchel.Builder client() {
    return Satchel.builder().url(url()).token("sat_test");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
