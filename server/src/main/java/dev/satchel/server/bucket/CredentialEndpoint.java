package dev.satchel.server.bucket;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.KeyPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out the keys of mounts on the loopback of this machine, each to who has the mount's token,
 * and to nobody else. It keeps its port from one life of the server to the next, for mounts outlive
 * it; where it can, it takes one that nobody but root can take meanwhile. Source: AWS SDKs,
 * "Container credential provider".
 */
public final class CredentialEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialEndpoint.class);
  private static final String PATH = "/bucket-mounts/";
  private static final JsonMapper MAPPER = new JsonMapper();

  /** The clients take keys for out of date that much before they are. */
  private static final Duration WINDOW = Duration.ofMinutes(5);

  private final InstantSource clock;
  private final Duration fresh;
  private final HttpServer server;

  /**
   * Takes the port; nobody is answered yet.
   *
   * @param directory where the port is kept
   * @param fresh how long a mount keeps keys before it asks anew
   */
  public CredentialEndpoint(Path directory, InstantSource clock, Duration fresh) {
    this.clock = clock;
    this.fresh = fresh;
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      this.server = bound(directory.resolve("port"));
    } catch (IOException e) {
      throw new UncheckedIOException("no port of the loopback can be had", e);
    }
  }

  /**
   * Answers from now on.
   *
   * @param keys of a mount that asks with its token
   */
  public void start(BiFunction<BucketMountId, String, Optional<KeyPair>> keys) {
    server.createContext(PATH, exchange -> answer(exchange, keys));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  private static HttpServer bound(Path file) throws IOException {
    int before = before(file);
    boolean guarded = LoopbackPort.canGuard();
    if (before > 0 && (!guarded || LoopbackPort.isGuarded(before))) {
      try {
        return recorded(file, HttpServer.create(loopback(before), 0));
      } catch (BindException e) {
        LOG.warn(
            "the port at which bucket mounts ask for keys is another's: they are mounted anew");
      }
    }
    for (int port : guarded ? LoopbackPort.guarded() : List.<Integer>of()) {
      try {
        return recorded(file, HttpServer.create(loopback(port), 0));
      } catch (BindException e) {
        // Another's: there are more.
      }
    }
    return recorded(file, HttpServer.create(loopback(0), 0));
  }

  /** The port of the server's life before this one; 0 where there was none. */
  private static int before(Path file) throws IOException {
    try {
      return Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
  }

  private static HttpServer recorded(Path file, HttpServer server) throws IOException {
    Files.writeString(file, server.getAddress().getPort() + "\n");
    return server;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  static String url(int port, BucketMountId id) {
    return "http://127.0.0.1:" + port + PATH + id;
  }

  private void answer(
      HttpExchange exchange, BiFunction<BucketMountId, String, Optional<KeyPair>> keys)
      throws IOException {
    try (exchange) {
      byte[] body = bodyFor(exchange, keys);
      if (body.length == 0) {
        exchange.sendResponseHeaders(403, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      Arrays.fill(body, (byte) 0);
    } catch (RuntimeException e) {
      LOG.warn("a bucket mount got no keys: {}", e.toString());
      exchange.sendResponseHeaders(503, -1);
    }
  }

  /** Nothing for whoever has no token, whatever is asked for. */
  private byte[] bodyFor(
      HttpExchange exchange, BiFunction<BucketMountId, String, Optional<KeyPair>> keys) {
    String name = exchange.getRequestURI().getPath().substring(PATH.length());
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    if (token == null || !BucketMountId.isId(name) || !exchange.getRequestMethod().equals("GET")) {
      return new byte[0];
    }
    KeyPair pair = keys.apply(BucketMountId.parse(name), token).orElse(null);
    if (pair == null) {
      return new byte[0];
    }
    try (pair) {
      ObjectNode json = MAPPER.createObjectNode();
      json.put("AccessKeyId", text(pair.accessKey().bytes()));
      json.put("SecretAccessKey", text(pair.secretKey().bytes()));
      json.put(
          "Expiration",
          clock.instant().plus(WINDOW).plus(fresh).truncatedTo(ChronoUnit.SECONDS).toString());
      return json.toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
