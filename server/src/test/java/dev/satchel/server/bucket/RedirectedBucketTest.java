package dev.satchel.server.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.satchel.core.Needs;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where requests go that a service redirects to another host, and with what. */
final class RedirectedBucketTest {
  private final List<String> named = new CopyOnWriteArrayList<>();
  private final List<String> other = new CopyOnWriteArrayList<>();
  private HttpServer service;
  private HttpServer elsewhere;
  private volatile int status = 302;

  @BeforeEach
  void start() throws IOException {
    elsewhere = started(other, "", 404);
    String there = "http://localhost:" + elsewhere.getAddress().getPort();
    service = started(named, there, 0);
  }

  private HttpServer started(List<String> asked, String there, int fixed) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          asked.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
                  + exchange.getRequestHeaders().getFirst("X-Amz-Security-Token"));
          if (!there.isEmpty()) {
            exchange.getResponseHeaders().set("Location", there + exchange.getRequestURI());
          }
          exchange.sendResponseHeaders(fixed == 0 ? status : fixed, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  @AfterEach
  void stop() {
    service.stop(0);
    elsewhere.stop(0);
  }

  private Bucket bucket() {
    return new Bucket(
        "b0", "http://127.0.0.1:" + service.getAddress().getPort(), "us-east-1", "", true);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void theTryOfAKeyPairIsNotRedirected(int redirection) {
    status = redirection;
    BucketProbe probe = new BucketProbe(InstantSource.system());
    try (var keys = BucketContract.keys("AKredirected", "SKredirected")) {
      assertThatThrownBy(() -> probe.probe(bucket(), keys, true))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("redirects to another place (status " + redirection + ")");
    }
    assertThat(named).singleElement().asString().contains("AKredirected");
    assertThat(other).isEmpty();
  }

  /** What the page on threats says of it: should it send more one day, that is to be said there. */
  @Test
  void rcloneFollows_withoutWhatIsSigned() throws IOException {
    Needs.that(Files.exists(Path.of("/dev/fuse")), "this suite needs /dev/fuse");
    String current = S3Server.tools().toString();
    boolean old = Files.isExecutable(Path.of("/usr/bin/rclone")); // Debian's.
    for (String at : List.of(current, old ? "/usr/bin" : current)) {
      Rclone rclone = Objects.requireNonNull(Rclone.find(at).rclone());
      Map<String, String> keys =
          Map.of("AWS_ACCESS_KEY_ID", "AKredirected", "AWS_SECRET_ACCESS_KEY", "SKredirected");
      List<String> words = new ArrayList<>(List.of(rclone.program().toString(), "cat", ":s3:b0/a"));
      words.addAll(MountCommand.service(bucket()));
      var _ = Commands.run(words, keys);
    }
    assertThat(named).isNotEmpty().allMatch(each -> each.contains("AKredirected"));
    assertThat(other).isNotEmpty().containsOnly("nullnull");
  }
}
