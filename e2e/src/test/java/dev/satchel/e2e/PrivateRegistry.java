package dev.satchel.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/**
 * A registry on the loopback that gives one image to whoever logs in, and nothing to anybody else.
 * What is under test is the container engine's own client. Source: OCI distribution 1.1, "Pull".
 */
final class PrivateRegistry implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

  private record Blob(String type, byte[] bytes) {}

  private final HttpServer server;
  private final Map<String, Blob> blobs = new ConcurrentHashMap<>();
  private final String wanted;
  private final AtomicInteger denials = new AtomicInteger();
  private final AtomicInteger logins = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /**
   * Begins to serve.
   *
   * @param archive what {@code docker save} wrote of one image
   */
  PrivateRegistry(String user, String password, Path archive) throws IOException {
    this.wanted =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    load(archive);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v2/", this::answer);
    server.start();
  }

  /** Its host as images and credentials name it. */
  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  String image() {
    return host() + "/private/train:1";
  }

  int denials() {
    return denials.get();
  }

  int logins() {
    return logins.get();
  }

  /** Keeps whoever has logged in waiting, until the latch is counted down. */
  CountDownLatch hold() {
    gate = new CountDownLatch(1);
    return gate;
  }

  @Override
  public void close() {
    gate.countDown();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        denials.incrementAndGet();
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"private\"");
        send(exchange, 401, "application/json", error("UNAUTHORIZED", "authentication required"));
        return;
      }
      logins.incrementAndGet();
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/v2/")) {
        send(exchange, 200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
        return;
      }
      boolean _ = await();
      String reference = path.substring(path.lastIndexOf('/') + 1);
      Blob blob = blobs.get(reference);
      if (blob == null) {
        send(exchange, 404, "application/json", error("MANIFEST_UNKNOWN", "manifest unknown"));
        return;
      }
      exchange.getResponseHeaders().add("Docker-Content-Digest", digest(blob.bytes()));
      send(exchange, 200, blob.type(), blob.bytes());
    }
  }

  private boolean await() {
    try {
      return gate.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().add("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().add("Content-Length", Integer.toString(body.length));
    }
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private static byte[] error(String code, String message) {
    return ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Makes a manifest of what an archive holds. */
  private void load(Path archive) throws IOException {
    Path tree = Files.createDirectories(archive.resolveSibling("image"));
    Run _ =
        Run.of(
                List.of("tar", "-xf", archive.toString(), "-C", tree.toString()),
                Map.of("PATH", System.getenv("PATH")),
                tree,
                new byte[0],
                tree,
                Duration.ofSeconds(30))
            .ok();
    JsonNode saved = JSON.readTree(Files.readAllBytes(tree.resolve("manifest.json"))).get(0);
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("schemaVersion", 2).put("mediaType", MANIFEST);
    byte[] config = Files.readAllBytes(tree.resolve(saved.path("Config").asText()));
    add(manifest.putObject("config"), "application/vnd.docker.container.image.v1+json", config);
    for (JsonNode layer : saved.path("Layers")) {
      byte[] packed = packed(Files.readAllBytes(tree.resolve(layer.asText())));
      add(
          manifest.withArray("layers").addObject(),
          "application/vnd.docker.image.rootfs.diff.tar.gzip",
          packed);
    }
    byte[] bytes = JSON.writeValueAsBytes(manifest);
    blobs.put("1", new Blob(MANIFEST, bytes));
    blobs.put(digest(bytes), new Blob(MANIFEST, bytes));
  }

  private void add(ObjectNode descriptor, String type, byte[] bytes) {
    String digest = digest(bytes);
    descriptor.put("mediaType", type).put("size", bytes.length).put("digest", digest);
    blobs.put(digest, new Blob("application/octet-stream", bytes));
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }

  private static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The archive of an image that an engine has. */
  static Path saved(TestDocker docker, String image, Path directory) {
    try {
      Path archive = Files.createDirectories(directory).resolve("saved.tar");
      String said = docker.run("save", "--output", archive.toString(), image);
      if (!Files.exists(archive)) {
        throw new AssertionError("not saved: " + said);
      }
      return archive;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
