package dev.satchel.server.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.satchel.core.bucket.Bucket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service of names alone, which counts what it is asked, and refuses as some do that the S3
 * servers of the other tests do not resemble.
 */
final class PlainS3 implements AutoCloseable {
  static final String BUCKET = "plain-bucket";

  final ConcurrentSkipListSet<String> names = new ConcurrentSkipListSet<>();
  final AtomicInteger lists = new AtomicInteger();
  final AtomicInteger removes = new AtomicInteger();
  final AtomicInteger atOnceMax = new AtomicInteger();
  volatile int bulkStatus = 200; // Of a removal of several.
  volatile String bulkCode = "";
  volatile String missingCode = "NoSuchKey"; // Of every object that is read.
  volatile int pauseMillis; // Before a list is answered.
  private final AtomicInteger atOnce = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  PlainS3() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Names with five digits behind the prefix. */
  void fill(String prefix, int count) {
    for (int i = 0; i < count; i++) {
      names.add(prefix + "%05d".formatted(i));
    }
  }

  /**
   * @param directory for its keys
   */
  S3Connection connection(Path directory) throws IOException {
    Path key = Files.writeString(directory.resolve("key"), "key");
    return new S3Connection(
        new Bucket(BUCKET, endpoint(), "us-east-1", "", true),
        () -> "us-east-1",
        new KeyFiles(key, key));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      switch (exchange.getRequestMethod()) {
        case "GET" -> {
          String query = exchange.getRequestURI().getRawQuery();
          if (query != null && query.contains("list-type")) {
            answer(exchange, 200, list(query));
          } else {
            answer(exchange, 404, "<Error><Code>" + missingCode + "</Code></Error>");
          }
        }
        case "POST" -> removeSeveral(exchange, body);
        case "DELETE" -> {
          removes.incrementAndGet();
          names.remove(exchange.getRequestURI().getPath().substring(BUCKET.length() + 2));
          exchange.sendResponseHeaders(204, -1);
        }
        default -> exchange.sendResponseHeaders(400, -1);
      }
    }
  }

  private String list(String query) {
    lists.incrementAndGet();
    atOnceMax.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
    try {
      Thread.sleep(pauseMillis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      atOnce.decrementAndGet();
    }
    String prefix = parameter(query, "prefix");
    int most = Integer.parseInt(parameter(query, "max-keys"));
    String token = parameter(query, "continuation-token");
    List<String> found =
        names.tailSet(token.isEmpty() ? prefix : token, token.isEmpty()).stream()
            .filter(it -> it.startsWith(prefix))
            .limit(most + 1L)
            .toList();
    boolean more = found.size() > most;
    StringBuilder xml = new StringBuilder("<ListBucketResult>");
    found.stream()
        .limit(most)
        .forEach(it -> xml.append("<Contents><Key>" + it + "</Key><Size>1</Size></Contents>"));
    if (more) {
      xml.append("<NextContinuationToken>" + found.get(most - 1) + "</NextContinuationToken>");
    }
    return xml.append("<IsTruncated>" + more + "</IsTruncated></ListBucketResult>").toString();
  }

  private static String parameter(String query, String name) {
    for (String each : query.split("&", -1)) {
      if (each.startsWith(name + "=")) {
        return URLDecoder.decode(each.substring(name.length() + 1), UTF_8);
      }
    }
    return "";
  }

  private void removeSeveral(HttpExchange exchange, String body) throws IOException {
    if (bulkStatus != 200) {
      answer(exchange, bulkStatus, "<Error><Code>" + bulkCode + "</Code></Error>");
      return;
    }
    for (String part : body.split("<Key>", -1)) {
      int end = part.indexOf("</Key>");
      if (end >= 0) {
        names.remove(part.substring(0, end));
      }
    }
    answer(exchange, 200, "<DeleteResult></DeleteResult>");
  }

  private static void answer(HttpExchange exchange, int status, String xml) throws IOException {
    byte[] bytes = xml.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/xml");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
